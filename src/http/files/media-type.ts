import { posix } from "node:path";
import mime from "mime";

const UNKNOWN = "application/octet-stream";
/** What a browser would run as part of this site, whatever page asks for it: it is text to whoever reads it. */
const SCRIPTS = /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/;
/** What a browser shows by itself, and which can do nothing there. */
const SHOWN = /^(?:video|audio)\/|^image\/(?!svg)|^text\/(?:plain|csv|markdown|vtt)\b|^application\/(?:pdf|json)$/;

/** The media type of a file by its name; text is taken to be UTF-8. */
export function mediaType(name: string): string {
  const type = mime.getType(posix.extname(name)) ?? UNKNOWN;
  if (SCRIPTS.test(type)) return "text/plain; charset=utf-8";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}

/**
 * Whether a browser may show a file of this type at this site: HTML, SVG and other XML can have scripts, which could use
 * the site as whoever looks at them.
 */
export function isHarmless(type: string): boolean {
  return SHOWN.test(type);
}

/** Whether a browser plays files of this type. */
export function isPlayable(type: string): boolean {
  return /^(?:video|audio)\//.test(type);
}
