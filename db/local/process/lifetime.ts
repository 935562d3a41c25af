const PARENT_CHECK_MS = 1_000;

/**
 * Runs a long-lived command. `start` registers stop functions with `onStop`; they run in reverse order when
 * the command ends: by Ctrl-C, SIGTERM, a closed terminal, the end of npm, or an error in `start`. Then the
 * process exits with the matching exit code.
 */
export function runUntilStopped(
  start: (onStop: (step: () => Promise<void> | void) => void) => Promise<void>,
) {
  const steps: (() => Promise<void> | void)[] = [];
  let isStopping = false;
  const stop = async (code: number) => {
    if (isStopping) return;
    isStopping = true;
    for (const step of steps.reverse()) {
      try {
        await step();
      } catch (error) {
        printLine(error instanceof Error ? error.message : String(error));
      }
    }
    process.exit(code);
  };
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => void stop(code));
  }
  // After the terminal was closed, writes to stdout fail. That must not end the process before the stop
  // functions ran.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void stop(129));
  // npm starts this process through a shell. A signal may end the shell without reaching this process.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || void stop(143), PARENT_CHECK_MS).unref();
  }
  const onStop = (step: () => Promise<void> | void) => {
    // Registered while stopping: the loop above has passed it already.
    if (isStopping) void step();
    else steps.push(step);
  };
  start(onStop).catch((error: unknown) => {
    if (!isStopping) printLine(`\n${error instanceof Error ? error.message : String(error)}`);
    return stop(1);
  });
  return { stop };
}

/** Writes one line to stdout. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
