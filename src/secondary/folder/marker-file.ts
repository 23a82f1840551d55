import { join } from "node:path";
import { type Disk, DiskError, type Reach } from "../../platform/disk/disk.ts";
import type { Spot } from "../../platform/disk/reach/anchor.ts";
import { decodeMarker, encodeMarker, MARKER, type Marker } from "./marker.ts";

/** Bytes of a marker that are read: more than one has. */
const MAX_MARKER_BYTES = 1024;

/** Null when it is gone meanwhile. For writing where possible, because NFS gives no lock otherwise. Throws DiskError. */
export async function openMarker(disk: Disk, path: string, reach: Reach): Promise<number | null> {
  try {
    return await disk.open(path, "change", reach);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    if (error.failure === "missing") return null;
    return disk.open(path, "read", reach);
  }
}

/** Null when it is empty or damaged. Throws DiskError. */
export async function readMarker(disk: Disk, fd: number): Promise<Marker | null> {
  const bytes = new Uint8Array(MAX_MARKER_BYTES);
  return decodeMarker(bytes.subarray(0, await disk.read(fd, bytes, 0)));
}

/**
 * Writes the marker into the work folder, at this spot alone. Throws DiskError; `exists` when another process has made one
 * meanwhile, which it is not to replace.
 */
export async function writeMarker(
  disk: Disk,
  work: string,
  marker: Marker,
  { replace, spot }: { readonly replace: boolean; readonly spot: Spot },
): Promise<void> {
  const temp = join(work, `${MARKER}-${marker.id}`);
  const fd = await disk.open(temp, "update", spot);
  try {
    await disk.truncate(fd, 0);
    await disk.write(fd, encodeMarker(marker), 0);
    await disk.sync(fd);
  } finally {
    await disk.close(fd);
  }
  const path = join(work, MARKER);
  if (replace) await disk.rename(temp, path, spot);
  else await renameNoReplace(disk, temp, path, spot);
  await disk.syncFolder(work, spot);
}

async function renameNoReplace(disk: Disk, from: string, to: string, spot: Spot): Promise<void> {
  try {
    await disk.renameNoReplace(from, to, spot);
  } catch (error) {
    if (error instanceof DiskError && error.failure === "exists") await disk.remove(from, spot);
    throw error;
  }
}
