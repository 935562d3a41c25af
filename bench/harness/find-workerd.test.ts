import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findInPs, listProcesses } from "./find-workerd.ts";

test("the child named workerd is found among the lines of ps, with a path or without", () => {
  const mac = `    1     0 /sbin/launchd
  501   400 /bin/ps
  502   400 /Users/ann lee/plaza/node_modules/@cloudflare/workerd-darwin-arm64/bin/workerd
  503   401 /opt/workerd
`;
  expect(findInPs(mac, 400)).toBe(502);
  expect(findInPs("  7 3 node\n  8 3 workerd\n", 3)).toBe(8);
  expect(findInPs(mac, 501)).toBeUndefined();
});

// Small Linux images come without ps; they have /proc.
const hasPs = spawnSync("ps").error === undefined;

test.runIf(hasPs)("ps understands what it is asked for", () => {
  expect(listProcesses()).toMatch(new RegExp(`^\\s*${process.pid}\\s+${process.ppid}\\s+\\S`, "m"));
});
