import { SQLiteError } from "bun:sqlite";

/** The database cannot be used; the message is one line that names the file and says what to do. */
export class StoreError extends Error {}

/** What to tell when opening `file` failed with `cause`. What is not SQLite's stays as it is. */
export function explain(file: string, cause: unknown): unknown {
  if (!(cause instanceof SQLiteError)) return cause;
  const code = cause.code ?? "";
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) return damaged(file, cause.message, cause);
  if (code.startsWith("SQLITE_BUSY")) {
    return new StoreError(`the database ${file} is in use: is another secondary running with it?`, { cause });
  }
  const advice = "check that its folder exists and can be written to";
  return new StoreError(`cannot use the database ${file} (${cause.message}): ${advice}`, { cause });
}

export function damaged(file: string, reason: string, cause?: unknown): StoreError {
  const why = reason.replaceAll(/\s+/g, " ");
  const advice = "move it away and start again";
  const cost = "the shared files are then read anew, the counts of served downloads start from zero";
  return new StoreError(`the database ${file} is damaged (${why}): ${advice}; ${cost}`, { cause });
}

export function newer(file: string): StoreError {
  const advice = "use that version, or give another folder with --data";
  return new StoreError(`the database ${file} was written by a newer version of redes: ${advice}`);
}
