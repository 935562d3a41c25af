const PARENT_CHECK_MS = 1_000;

/**
 * Runs a long-lived command: `start` gets a function to register what must be stopped, in reverse
 * order, when the command ends: by Ctrl-C, SIGTERM, the terminal's death, npm's death, or an error
 * while starting. The process leaves with a fitting exit code and nothing left behind.
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
        say(error instanceof Error ? error.message : String(error));
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
  // A closed terminal also means that nobody reads: a failing write must not kill us half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => void stop(129));
  // npm runs us through a shell, which a signal may kill without telling us.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || void stop(143), PARENT_CHECK_MS).unref();
  }
  const onStop = (step: () => Promise<void> | void) => {
    // Registered while we stop already: it would be missed.
    if (isStopping) void step();
    else steps.push(step);
  };
  start(onStop).catch((error: unknown) => {
    if (!isStopping) say(`\n${error instanceof Error ? error.message : String(error)}`);
    return stop(1);
  });
  return { stop };
}

/** One line to the person at the terminal. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
