import fs from "node:fs";
import { dirname } from "node:path";
import { DiskError } from "../platform/disk/disk.ts";
import { diskCall } from "../platform/disk/disk-errors.ts";
import { systemDisk } from "../platform/disk/system-disk.ts";
import { say } from "../sentences/sentence.ts";
import { type KeyContents, keyText, parseKeyText } from "./key-contents.ts";
import { KeyError } from "./key-error.ts";

/** Ours take 3 KiB at most. */
const MAX_BYTES = 16 * 1024;
/** Without waiting: somebody may have given a pipe. */
const READ_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
/** What the owner may do with a new key file: read and write it. */
const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;
/** A label of PEM, the first bytes of an Ed25519 key in PKCS8, as base64, or the beginning of a token. */
const KEY_IN_PATH = /PRIVATE KEY|MC4CAQAwBQYDK2VwBCIEI|eyJ[\w-]{10,}\.[\w-]/;

/** Reads and checks a key file. Throws KeyError. */
export async function readKeyFile(path: string): Promise<KeyContents> {
  return parseKeyText(await readSecret(path, checkOwnersAlone), path);
}

/** The text of what may be a key file, whoever else may read it: to say what it is, and not to use it. Throws KeyError. */
export function readUncheckedText(path: string): Promise<string> {
  return readSecret(path, () => {});
}

async function readSecret(path: string, check: (stat: fs.Stats, path: string) => void): Promise<string> {
  // Errors name the path.
  if (KEY_IN_PATH.test(path)) {
    throw new KeyError(
      say(
        "what is given as the name of a key file is a key itself or a token, which arguments and environments do not keep secret: write it into a file with mode 0600 and give its name",
      ),
    );
  }
  try {
    const file = await diskCall("open the key file", path, () => fs.promises.open(path, READ_FLAGS));
    try {
      // Of the open file: another may have its name by now.
      const stat = await diskCall("read the key file", path, () => file.stat());
      checkRegular(stat, path);
      check(stat, path);
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      const { bytesRead } = await diskCall("read the key file", path, () => file.read(buffer, 0, buffer.length, 0));
      if (bytesRead > MAX_BYTES) throw tooLarge(path);
      return buffer.toString("latin1", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof DiskError ? new KeyError(error.told) : error;
  }
}

function checkRegular(stat: fs.Stats, path: string): void {
  if (stat.isFile()) return;
  throw KeyError.in(
    path,
    stat.isDirectory()
      ? say("a key file is a regular file, and that is a folder")
      : say("a key file is a regular file, and that is none"),
  );
}

function checkOwnersAlone(stat: fs.Stats, path: string): void {
  if ((stat.mode & GROUP_AND_OTHERS) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
    const todo = say("take their rights away with chmod 600, and make a new key if somebody may have read it");
    throw KeyError.in(path, say("others than its owner can read or change it (mode {mode}); {todo}", { mode, todo }));
  }
}

function tooLarge(path: string): KeyError {
  return KeyError.in(
    path,
    say("it is too large for a key file, which takes {most} bytes at most", { most: MAX_BYTES }),
  );
}

/** Makes a key file. See {@link writeSecretFile}. */
export function writeKeyFile(path: string, contents: KeyContents): Promise<void> {
  return writeSecretFile(path, keyText(contents));
}

/**
 * Makes a file that its owner alone can read, and has it survive a power loss. Throws DiskError, also where there is
 * a file already, which stays as it is.
 */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const file = await create(path);
  try {
    await diskCall("write", path, async () => {
      await file.writeFile(text);
      await file.sync();
    });
    await systemDisk.syncFolder(dirname(path));
  } catch (error) {
    await fs.promises.unlink(path).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

async function create(path: string): Promise<fs.promises.FileHandle> {
  try {
    return await diskCall("create", path, () => fs.promises.open(path, "wx", OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof DiskError && error.failure === "exists")) throw error;
    const todo = say("give another name, or move that file away");
    throw new DiskError(
      "exists",
      path,
      say("{path}: there is a file already, and no key is ever written over: {todo}", { path, todo }),
    );
  }
}
