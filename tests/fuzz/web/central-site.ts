import { ClusterFigures } from "../../../src/central/figures/cluster-figures.ts";
import { CentralApiAnswers, type ShownCentral } from "../../../src/central/http/api/api-answers.ts";
import { CentralAnswers } from "../../../src/central/http/central-answers.ts";
import { centralSite } from "../../../src/http/central/site.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { roomForDigests } from "../../../src/protocol/digests/piece-digests.ts";
import { pieceCount } from "../../../src/protocol/versions/version.ts";
import { held, newRegistry } from "../../unit/central/fixtures.ts";
import { joinWithHttp } from "../../unit/central/http/fixture.ts";
import { WEB_FILES } from "./catalogue.ts";
import { METRICS, questionsTo, SITE_DEPS, type WebSite } from "./web-site.ts";
import { webUploads } from "./web-uploads.ts";

const COUNTED = ["a", "ana", "z"].map((name) => ({ name, downloads: 3 }));
const SHA256 = "e".repeat(64);

/** A central with two secondaries that answer HTTP and hold all files. */
export function centralWebSite(): WebSite {
  const registry = newRegistry();
  for (const number of [1, 2]) joinWithHttp(registry, number, WEB_FILES.map(heldFile));
  const serving = { missing: () => null, lacks: () => null, unlisted: () => null };
  const shown = {
    ...{ registry, serving, figures: new ClusterFigures() },
    deps: { clock: systemClock, store: { downloadPage: async () => COUNTED } },
    admission: { activeCount: 0, waitingCount: 0, limit: 0, downloads: () => [] },
    downloads: { queue: () => [] },
    keptFiles: { list: async () => ({ versions: [], more: false, silent: [] }) },
    sessionCounts: () => ({ client: 0, secondary: 2 }),
  };
  const uploads = webUploads();
  const answers = new CentralAnswers({
    ...{ registry, serving, clock: systemClock, metrics: METRICS },
    api: new CentralApiAnswers(shown as unknown as ShownCentral, "1.0.0"),
    // What is asked for may be had, and nothing is done: the files are for the one who comes after.
    orders: {
      remove: async (name) => (registry.catalogue.get(name) ? { removed: 1 } : null),
      restore: async () => ({ notDone: 404, reason: "nothing is kept" }),
      forget: async (number) => (number > 2 ? null : { notDone: 409, reason: "it is connected" }),
      limit: async (body) => body,
    },
    ...{ uploads, listened() {}, ended: new AbortController().signal },
    urlQuery: () => "",
    digests: {
      digestsOf: async ({ size }, kind) => {
        return {
          kind: "digested",
          sha256: SHA256,
          pieces: roomForDigests(pieceCount(size), [kind])[kind] ?? new Uint8Array(0),
        };
      },
    },
  });
  const site = centralSite(questionsTo(answers), SITE_DEPS);
  return { site, inUse: () => uploads.count };
}

function heldFile({ name, id, size, modified }: (typeof WEB_FILES)[number]) {
  return held(name, id, { size, modified });
}
