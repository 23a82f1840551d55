/**
 * Ends a server whose store has died, by an error that nobody catches: it could promise nothing any more, and what it has
 * promised is in the database.
 */
export function storeDied(error: Error): never {
  throw new Error(`the thread of the database failed: ${error.message}`);
}
