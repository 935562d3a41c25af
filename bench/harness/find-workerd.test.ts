import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findInPs, listProcesses } from "./find-workerd.ts";

test("finds the child named workerd in the output of ps, with a path or without", () => {
  const mac = `    1     0 /sbin/launchd
  501   400 /bin/ps
  502   400 /Users/ann lee/plaza/node_modules/@cloudflare/workerd-darwin-arm64/bin/workerd
  503   401 /opt/workerd
`;
  expect(findInPs(mac, 400)).toBe(502);
  expect(findInPs("  7 3 node\n  8 3 workerd\n", 3)).toBe(8);
  expect(findInPs(mac, 501)).toBeUndefined();
});

// Small Linux images have /proc but no ps.
const hasPs = spawnSync("ps").error === undefined;

test.runIf(hasPs)("ps understands the options in use", () => {
  expect(listProcesses()).toMatch(new RegExp(`^\\s*${process.pid}\\s+${process.ppid}\\s+\\S`, "m"));
});
