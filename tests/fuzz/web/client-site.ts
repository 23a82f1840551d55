import { ClientApiAnswers } from "../../../src/client/http/api/api-answers.ts";
import { ClientAnswers } from "../../../src/client/http/client-answers.ts";
import { ServedCatalogue } from "../../../src/client/http/served-catalogue.ts";
import { StreamError, type StreamView } from "../../../src/client/streaming/stream.ts";
import { clientSite } from "../../../src/http/client/site.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { MIB } from "../../../src/platform/units.ts";
import type { ListedFile } from "../../../src/protocol/messages/client.ts";
import type { Messages } from "../../../src/protocol/messages/messages.ts";
import { pagesOf } from "../../unit/client/http/api/listed.ts";
import { WEB_FILES, type WebDisk } from "./catalogue.ts";
import { METRICS, questionsTo, SITE_DEPS, type WebSite } from "./web-site.ts";
import { webUploads } from "./web-uploads.ts";

const STATE: Messages["state"] = {
  ...{ type: "state", request: 1, synchronized: true, missing: "", ending: [], active: 0, waiting: 0 },
  secondaries: [
    {
      ...{ number: 1, address: "h:1", state: "in step", reason: "", files: 1, accusations: 0, obstacles: 0 },
      ...{ obstacle: "", room: null, sending: 0, receiving: 0, left: { files: 0, bytes: 0, seconds: 0 } },
    },
  ],
};
const COUNTS: Messages["tallied"] = { type: "tallied", request: 1, rows: [{ name: "a", downloads: 1 }], more: true };

/** `client serve` with a cluster that has every piece at once. */
export function clientWebSite(disk: WebDisk): WebSite {
  const listed = WEB_FILES.map((file): ListedFile => ({ ...file, blake3: null, sources: 1 }));
  const streams = new InstantStreams(disk.fd);
  const catalogue = new ServedCatalogue(systemClock, { pages: () => pagesOf(listed) });
  const session = { clientName: "fuzz", state: async () => STATE, counts: async () => COUNTS };
  const api = new ClientApiAnswers({ clock: systemClock, version: "1", session, catalogue, streams });
  const uploads = webUploads();
  const answers = new ClientAnswers({
    session: { connected: true, address: "127.0.0.1:1" },
    ...{ catalogue, streams, metrics: METRICS, clock: systemClock, urlQuery: () => "", api, uploads, attached() {} },
  });
  return { site: clientSite(questionsTo(answers), SITE_DEPS), inUse: () => streams.count + uploads.count };
}

/** Readers for whom each piece is there when they want it. */
class InstantStreams {
  private readonly readers = new Map<number, { readonly size: number; end: number }>();
  private last = 0;

  constructor(private readonly fd: number) {}

  list(): StreamView[] {
    return [];
  }

  get count(): number {
    return this.readers.size;
  }

  async open(name: string) {
    const file = WEB_FILES.find((one) => one.name === name);
    if (!file) throw new StreamError("no-such-file", `there is no file ${name}`);
    this.last += 1;
    this.readers.set(this.last, { size: file.size, end: file.size });
    return { reader: this.last, ...file };
  }

  begin(reader: number, _start: number, end: number): void {
    const known = this.known(reader);
    if (end > known.size) throw new Error(`reader ${reader} wants bytes behind the end`);
    known.end = end;
  }

  async read(reader: number, _at: number, from: number) {
    const end = Math.min(this.known(reader).end, from + MIB);
    if (from >= end) throw new Error(`reader ${reader} wants bytes behind the end`);
    return [{ start: from, end, place: { fd: this.fd, position: from } }];
  }

  end(reader: number): void {
    this.readers.delete(reader);
  }

  endAll(): void {
    this.readers.clear();
  }

  private known(reader: number) {
    const known = this.readers.get(reader);
    if (!known) throw new StreamError("busy", "the reader has gone");
    return known;
  }
}
