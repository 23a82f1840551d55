/** What browsers play, by how the name ends: whether a browser knows what is in it shows when it is played. */
const VIDEO = new Set(["mp4", "m4v", "webm", "ogv", "mov", "mkv"]);
const AUDIO = new Set(["mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac", "weba"]);

/** How a file is played; null: not at all. */
export type Playable = "video" | "audio";

export function playableAs(name: string): Playable | null {
  const ending = /\.([^./]+)$/.exec(name.toLowerCase())?.[1] ?? "";
  if (VIDEO.has(ending)) return "video";
  return AUDIO.has(ending) ? "audio" : null;
}
