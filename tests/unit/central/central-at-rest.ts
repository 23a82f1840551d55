import { Central } from "../../../src/central/central.ts";
import { CENTRAL_STORE } from "../../../src/central/remote-store.ts";
import { CentralStore } from "../../../src/central/store.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { directly } from "../../support/directly.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork } from "./fake-network.ts";
import { id } from "./fixtures.ts";

/** A central with all of its parts, which does not listen: a test changes what it knows. */
export class CentralAtRest {
  readonly clock = new FakeClock();
  readonly store = new CentralStore(":memory:", systemRandom);
  readonly central: Central;

  constructor() {
    const { clock, store } = this;
    const base = { clock, network: new FakeNetwork(), log: silentLog, random: systemRandom, keys: null };
    this.central = new Central(
      { ...base, store: directly(store, CENTRAL_STORE), persisted: store.loadState() },
      { address: { host: "127.0.0.1", port: 50_000 }, secondaries: 1, maxDownloads: 0 },
    );
  }

  /** A client has asked for a file of 100 bytes. */
  ask(download: string): void {
    const request = { download, session: 1, client: "ana", name: "f", id: id("1"), size: 100 };
    this.central.admission.admit(request, false, this.clock.now());
  }

  stop(): void {
    this.store.close();
  }
}
