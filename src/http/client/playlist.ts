import { baseName, filePath } from "../files/file-path.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { ClientBackend, PlayedFile } from "./backend.ts";
import { refuse } from "./file-routes.ts";

/** Not the type of HLS, for which some players would take it then. */
const TYPE = "audio/x-mpegurl; charset=utf-8";

/** `/playlist.m3u8?folder=NAME`: the videos and sounds of a folder and those below it, for players. */
export function playlistRoute(backend: Pick<ClientBackend, "playlist">): Route {
  return {
    methods: ["GET", "HEAD"],
    path: "/playlist.m3u8",
    access: "read",
    handle: (request) => answer(backend, request),
  };
}

async function answer(backend: Pick<ClientBackend, "playlist">, { raw, query }: HttpRequest): Promise<Response> {
  const named = query.get("folder") ?? "";
  const folder = named === "" || named.endsWith("/") ? named : `${named}/`;
  const reply = await backend.playlist(folder);
  if (reply.kind !== "playlist") return refuse(reply, folder);
  return new Response(playlist(reply.files, new URL(raw.url).origin), {
    headers: { "content-type": TYPE, "cache-control": "no-cache" },
  });
}

/** An extended M3U. Names have no line breaks. `origin`: what the paths of this server come after. */
export function playlist(files: readonly PlayedFile[], origin: string): string {
  const entries = files.map(({ name, query }) => {
    return `#EXTINF:-1,${baseName(name)}\n${origin}${filePath(name)}${query === "" ? "" : `?${query}`}\n`;
  });
  return `#EXTM3U\n${entries.join("")}`;
}
