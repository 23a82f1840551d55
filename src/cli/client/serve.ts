import { homedir } from "node:os";
import { join } from "node:path";
import { ClientApiAnswers } from "../../client/http/api/api-answers.ts";
import { ClientEventFeed } from "../../client/http/api/client-event-feed.ts";
import { ClientAnswers } from "../../client/http/client-answers.ts";
import { defineClientMetrics } from "../../client/http/client-metrics.ts";
import { ServedCatalogue } from "../../client/http/served-catalogue.ts";
import { CacheFolder } from "../../client/streaming/cache-folder.ts";
import { KeptPieces } from "../../client/streaming/kept-pieces.ts";
import { NamelessFiles, type StreamFiles } from "../../client/streaming/store-file.ts";
import { Streams } from "../../client/streaming/streams.ts";
import { AddressSigner } from "../../http/access/signed-address.ts";
import type { ClientBackend } from "../../http/client/backend.ts";
import type { EventsNotice } from "../../http/events/cluster-event.ts";
import { publishEvents } from "../../http/events/event-publisher.ts";
import { Metrics } from "../../http/metrics/metrics.ts";
import { measureProcess } from "../../http/metrics/process-metrics.ts";
import { defineUploadMetrics } from "../../http/uploads/upload-metrics.ts";
import { isLoopback } from "../../net/address/address.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { shortId, systemRandom } from "../../platform/random.ts";
import { GIB } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { version } from "../flags/command.ts";
import type { Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { keepKeys } from "../keys.ts";
import { reloadOf, type ServerHttp, serverHttp } from "../server/http.ts";
import { httpAccess } from "../server/http-access.ts";
import { serverLog } from "../server/log/server-log.ts";
import { type TerminalLog, terminalLog } from "../server/terminal-log.ts";
import { onSignals } from "../signals.ts";
import { type ClientOptions, type ClientParts, clientOptions, clientParts, STOP_TIMEOUT_MS } from "./parts.ts";
import { type CentralRefusal, describeRefusal, exitCodeOfRefusal } from "./refusal.ts";
import { clientUploads } from "./serve-uploads.ts";

/** Bytes of pieces that are kept where nothing is said: a film, or the beginnings of many. */
const CACHE_BYTES = 2 * GIB;
const HTTP_ADDRESS = { host: "127.0.0.1", port: 8080 };
/** Milliseconds for the last lines to be in the log file. */
const OUTPUT_TIMEOUT_MS = 100;

interface CacheSetting {
  readonly bytes: number;
  /** Null: there is no place for it. */
  readonly folder: string | null;
}

/** `redes client serve` */
export async function clientServe(values: Values): Promise<number> {
  values.noPositionals();
  const options = await clientOptions(values);
  const giveUpAfterMs = values.seconds("wait", 30);
  const cache = cacheOf(values);
  checkHash();
  const terminal = terminalLog(serverLog(values));
  let refusal: CentralRefusal | null = null;
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const parts = clientParts(options, terminal.log, (error) => {
    refusal = error;
    terminal.log.error("refused", describeRefusal(error));
    stop();
  });
  const files = await openCache(parts, cache);
  const feed = new ClientEventFeed();
  const deps = { ...parts.deps, kept: new KeptPieces(), files, giveUpAfterMs };
  const streams = new Streams(deps, parts.streams, ({ download, name }, outcome) => {
    feed.ended({ download, client: parts.session.clientName, name, outcome });
  });
  try {
    const { http, reload } = await serveHttp(values, options, { parts, streams, feed, terminal });
    onSignals(stop, reload);
    await http.listen();
    http.tell();
    await stopped;
    http.stop();
  } finally {
    await Promise.race([streams.stop(), delay(systemClock, STOP_TIMEOUT_MS)]);
    await parts.stop();
    await Promise.race([terminal.flushed(), delay(systemClock, OUTPUT_TIMEOUT_MS)]);
  }
  return refusal === null ? EXIT.done : exitCodeOfRefusal(refusal);
}

interface ServedParts {
  readonly parts: ClientParts;
  readonly streams: Streams;
  readonly feed: ClientEventFeed;
  readonly terminal: TerminalLog;
}

async function serveHttp(
  values: Values,
  { keys, folder }: ClientOptions,
  { parts, streams, feed, terminal }: ServedParts,
): Promise<{ http: ServerHttp; reload: (() => void) | null }> {
  const { log } = terminal;
  const address = values.httpAddress() ?? HTTP_ADDRESS;
  // Programs on this machine need no token: it is they who use this client.
  const accessKeys = isLoopback(address.host) ? null : keys;
  const access = await httpAccess(values, address, null, { keys: accessKeys, log });
  // For the addresses in playlists, for as long as this process runs.
  const signer = accessKeys && new AddressSigner(Buffer.from(systemRandom.bytes(32)).toString("hex"));
  access?.useAddressKey(signer?.publicKey ?? null);
  const metrics = await Metrics.open();
  const lagged = measureProcess(metrics, { clock: systemClock, version });
  const { session } = parts;
  defineClientMetrics(metrics, session, streams);
  const catalogue = new ServedCatalogue(systemClock, session);
  const api = new ClientApiAnswers({ clock: systemClock, version, session, catalogue, streams });
  const drain = () => {
    const view = api.view();
    return view ? feed.drain(view) : [];
  };
  const events = { clock: systemClock, drain, run: shortId(systemRandom) };
  const attached = (publish: (notice: EventsNotice) => void) => void publishEvents({ ...events, publish });
  const urlQuery = (name: string, id: string) => signer?.queryFor(name, id, systemClock.wall()) ?? "";
  const uploads = clientUploads(parts, catalogue, { folder, keys }, log);
  defineUploadMetrics(metrics, uploads);
  const owner = new ClientAnswers({
    session,
    catalogue,
    streams,
    metrics,
    clock: systemClock,
    urlQuery,
    api,
    uploads,
    attached,
  });
  return {
    http: serverHttp<ClientBackend>("client", address, { owner, lagged }, access, log),
    reload: reloadOf(terminal, keepKeys(keys, log), access),
  };
}

function cacheOf(values: Values): CacheSetting {
  const bytes = values.size("cache", CACHE_BYTES);
  const folder = values.has("cache-dir") ? values.folder("cache-dir", "") : usualCacheFolder();
  if (bytes > 0 && folder === null && values.has("cache"))
    throw new UsageError(
      say("{flag} needs --cache-dir: there is no home folder here", { flag: values.written("cache") }),
    );
  return { bytes, folder };
}

/** Where programs keep what they can get again; null where there is no home. */
function usualCacheFolder(): string | null {
  const caches = process.env.XDG_CACHE_HOME || (homedir() && join(homedir(), ".cache"));
  return caches ? join(caches, "redes", "pieces") : null;
}

async function openCache({ deps }: ClientParts, { bytes, folder }: CacheSetting): Promise<StreamFiles> {
  if (bytes === 0 || folder === null) return new NamelessFiles(deps);
  return CacheFolder.open(deps, folder, bytes);
}
