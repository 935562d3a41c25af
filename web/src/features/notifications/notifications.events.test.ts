import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { pagesOf, sampleNotification } from "../../testing/views.test-data.ts";
import { notificationKeys } from "./notifications.cache.ts";
import { applyNotificationCreated, applyUnreadChanged } from "./notifications.events.ts";

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(notificationKeys.list, pagesOf([sampleNotification("a")], [sampleNotification("b")]));
  client.setQueryData(notificationKeys.unread, { unread: 2, version: 4 });
});
const list = () => client.getQueryData(notificationKeys.list);
const unread = () => client.getQueryData(notificationKeys.unread);

describe("events about notifications: stale state + event = fresh state", () => {
  it("adds a notification once to the top and sets the unread count of its event", () => {
    const item = sampleNotification("c");
    applyNotificationCreated(client, item);
    applyNotificationCreated(client, item);
    applyUnreadChanged(client, { unread: 3, version: 5, read: null });
    applyUnreadChanged(client, { unread: 3, version: 5, read: null });
    expect(list()).toEqual(pagesOf([item, sampleNotification("a")], [sampleNotification("b")]));
    expect(unread()).toEqual({ unread: 3, version: 5 });
  });

  it("marks the rows that were read in another tab", () => {
    applyUnreadChanged(client, { unread: 1, version: 5, read: { ids: ["a"] } });
    expect(list()).toEqual(pagesOf([sampleNotification("a", { isRead: true })], [sampleNotification("b")]));
    expect(unread()).toEqual({ unread: 1, version: 5 });
  });

  it("marks every row when all were read", () => {
    applyUnreadChanged(client, { unread: 0, version: 5, read: { all: true } });
    expect(list()).toEqual(
      pagesOf([sampleNotification("a", { isRead: true })], [sampleNotification("b", { isRead: true })]),
    );
  });

  it("ignores an unread count of a lower version", () => {
    applyUnreadChanged(client, { unread: 9, version: 3, read: null });
    expect(unread()).toEqual({ unread: 2, version: 4 });
  });

  it("sets the unread count when the list was never loaded", () => {
    const fresh = new QueryClient();
    applyUnreadChanged(fresh, { unread: 1, version: 1, read: null });
    expect(fresh.getQueryData(notificationKeys.unread)).toEqual({ unread: 1, version: 1 });
    expect(fresh.getQueryData(notificationKeys.list)).toBeUndefined();
  });
});
