import fs from "node:fs";
import { toDiskError } from "../disk/disk-errors.ts";

/** Who else may read a log, where the process's umask lets them: the group. */
const MODE = 0o640;
/**
 * At the end, whoever else writes there; and without waiting for somebody at the other end of a pipe, which would keep a
 * thread for ever.
 */
const FLAGS = fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NONBLOCK;

/** How far a write came. */
export interface Written {
  /** Bytes. */
  readonly count: number;
  /** Why not all; null: it is all. */
  readonly fault: Error | null;
}

/** An open file that lines are added to. */
export interface LogHandle {
  write(bytes: Uint8Array): Promise<Written>;
  close(): Promise<void>;
}

/** Where log files are. Errors say what is wrong in one line. */
export interface LogStorage {
  /** Opens a file to add to it, and makes it where it is not there. */
  open(path: string): Promise<LogHandle>;
  /** The same in one, for the last words of a process that ends. Does nothing where that is not possible. */
  appendNow(path: string, bytes: Uint8Array): void;
}

export const systemLogStorage: LogStorage = {
  async open(path) {
    try {
      return opened(path, await fs.promises.open(path, FLAGS, MODE));
    } catch (error) {
      throw toDiskError("write the log to", path, error);
    }
  },
  appendNow(path, bytes) {
    try {
      const descriptor = fs.openSync(path, FLAGS, MODE);
      fs.writeSync(descriptor, bytes);
      fs.closeSync(descriptor);
    } catch {
      // They are on stderr too.
    }
  },
};

function opened(path: string, file: fs.promises.FileHandle): LogHandle {
  return {
    async write(bytes) {
      let count = 0;
      try {
        // A short write comes before the error that the disk is full.
        while (count < bytes.length) count += (await file.write(bytes, count)).bytesWritten;
        return { count, fault: null };
      } catch (error) {
        return { count, fault: toDiskError("write the log to", path, error) };
      }
    },
    close: () => file.close().catch(() => {}),
  };
}
