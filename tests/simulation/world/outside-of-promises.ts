/** Simulated time may go on only where no promise waits for the caller (`Simulation.runUntil`): does a test's work there. */
export function outsideOfPromises<T>(work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}
