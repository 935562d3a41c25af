import { spawn } from "node:child_process";

/**
 * Starts a watchdog for a child process: when this process ends without stopping the child (SIGKILL, a
 * crash), the watchdog sends it `signal`. The watchdog is a shell in its own session that waits for the end
 * of a pipe. Returns the function that ends the watchdog.
 *
 * @param target a process id, or the negated id of a process group
 */
export function startWatchdog(target: number, signal: "INT" | "TERM" | "CONT" | "KILL"): () => void {
  const script = `read -r line; [ "$line" = done ] || kill -s ${signal} -- ${target}`;
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
