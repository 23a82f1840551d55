import { ListenError } from "../../net/transport/network.ts";
import { threadLimiter } from "../../platform/pacing/thread-limiter.ts";
import type { Told } from "../../sentences/sentence.ts";
import { MAX_ENCRYPTED_BLOCK_BYTES } from "../files/file-reads.ts";
import { LAG_INTERVAL_MS, watchLag } from "../metrics/loop-lag.ts";
import { HttpServer } from "../server/http-server.ts";
import { Questions } from "./questions.ts";
import type { HttpSite, SiteDeps } from "./site.ts";
import type { FromHttpThread, HttpRole, ToHttpThread } from "./thread-messages.ts";

/** Measurements of the event loop's lag that the main thread is told at once: more messages would wake it too often. */
const LAGS = 1000 / LAG_INTERVAL_MS;

const SITES: Readonly<Record<HttpRole, (questions: Questions, deps: SiteDeps) => Promise<HttpSite>>> = {
  central: async (questions, deps) => (await import("../central/site.ts")).centralSite(questions, deps),
  secondary: async (questions, deps) => (await import("../secondary/site.ts")).secondarySite(questions, deps),
  client: async (questions, deps) => (await import("../client/site.ts")).clientSite(questions, deps),
};

/** The thread that serves HTTP, seen from itself. */
export function serveHttpThread(
  deps: SiteDeps,
  post: (message: FromHttpThread) => void,
): (message: ToHttpThread) => Promise<void> {
  const questions = new Questions(post);
  let site: HttpSite | null = null;
  let server: HttpServer | null = null;
  const lags: number[] = [];
  watchLag(deps.clock, (seconds) => {
    if (lags.push(seconds) >= LAGS) post({ kind: "lags", seconds: lags.splice(0) });
  });
  return async (message) => {
    switch (message.kind) {
      case "reply":
      case "failure":
        return questions.receive(message);
      case "notice":
        return site?.notice(message.notice);
      case "access":
        return server?.useAccess(message.access);
      case "listen": {
        const { role, address, access, connections, limit } = message.setting;
        site ??= await SITES[role](questions, {
          ...deps,
          ...(limit && { allowance: threadLimiter(limit) }),
          ...(access.tls && { maxBlockBytes: MAX_ENCRYPTED_BLOCK_BYTES }),
        });
        try {
          const refused = (host: string, reason: Told) => post({ kind: "refused", host, reason });
          const failed = (message: string) => post({ kind: "mistake", message });
          server = HttpServer.start({ clock: deps.clock, refused, failed, connections }, address, site.routes, access);
          await server.ready();
          post({ kind: "listening", port: server.port });
        } catch (error) {
          if (!(error instanceof ListenError)) throw error;
          post({ kind: "not-listening", failure: error.failure, told: error.told });
        }
      }
    }
  };
}
