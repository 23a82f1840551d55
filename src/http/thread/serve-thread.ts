import { ListenError } from "../../net/transport/network.ts";
import { HttpServer } from "../server/http-server.ts";
import { Questions } from "./questions.ts";
import type { HttpSite } from "./site.ts";
import type { FromHttpThread, HttpRole, ToHttpThread } from "./thread-messages.ts";

const SITES: Readonly<Record<HttpRole, (questions: Questions) => Promise<HttpSite>>> = {
  central: async (questions) => (await import("../central/site.ts")).centralSite(questions),
  secondary: async (questions) => (await import("../secondary/site.ts")).secondarySite(questions),
};

/** The thread that serves HTTP, seen from itself. */
export function serveHttpThread(post: (message: FromHttpThread) => void): (message: ToHttpThread) => Promise<void> {
  const questions = new Questions(post);
  let site: HttpSite | null = null;
  return async (message) => {
    switch (message.kind) {
      case "reply":
      case "failure":
        return questions.receive(message);
      case "notice":
        return site?.notice(message.notice);
      case "listen": {
        const { role, address } = message.setting;
        site ??= await SITES[role](questions);
        try {
          post({ kind: "listening", port: HttpServer.start(address, site.routes).port });
        } catch (error) {
          if (!(error instanceof ListenError)) throw error;
          post({ kind: "not-listening", failure: error.failure, message: error.message });
        }
      }
    }
  };
}
