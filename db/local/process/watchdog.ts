import { spawn } from "node:child_process";

/**
 * Stops a process of ours when we die without having been able to (SIGKILL, a crash): a tiny shell
 * in a session of its own waits on a pipe from us and acts when it breaks. Returns the function
 * that sends the watchdog home.
 *
 * @param target a process id, or the negative of a process group's
 */
export function startWatchdog(target: number, signal: "INT" | "TERM" | "CONT" | "KILL"): () => void {
  const script = `read -r word; [ "$word" = done ] || kill -s ${signal} -- ${target}`;
  const watchdog = spawn("/bin/sh", ["-c", script], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.on("error", () => undefined);
  watchdog.stdin.on("error", () => undefined);
  watchdog.unref();
  return () => {
    watchdog.stdin.end("done\n");
  };
}
