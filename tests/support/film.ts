/** Bytes in a second of a film: far more than its pictures need, so that browsers do not have all of it at once. */
export const FILM_BYTES_PER_SECOND = 100_000;
/** Pictures each second, and from one that can be begun with to the next. */
const PICTURES = 5;
const BETWEEN_KEYS = 10;

/** A WebM file that every browser plays: a test picture with noise, of so many seconds, written to `path` by ffmpeg. */
export async function makeFilm(path: string, seconds: number): Promise<void> {
  const rate = `${(FILM_BYTES_PER_SECOND * 8) / 1000}k`;
  const picture = `testsrc=size=320x180:rate=${PICTURES},noise=alls=60:allf=t`;
  const source = ["-f", "lavfi", "-i", picture, "-t", String(seconds)];
  const codec = ["-c:v", "libvpx", "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-g", String(BETWEEN_KEYS)];
  const fast = ["-deadline", "realtime", "-cpu-used", "16"];
  const ffmpeg = Bun.spawn(["ffmpeg", "-loglevel", "error", ...source, ...codec, ...fast, path], {
    stdin: "ignore",
    stderr: "pipe",
  });
  const said = await new Response(ffmpeg.stderr).text();
  if ((await ffmpeg.exited) !== 0) throw new Error(`ffmpeg has made no film: ${said}`);
}
