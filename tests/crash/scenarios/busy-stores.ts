import { join } from "node:path";
import { CentralStore } from "../../../src/central/store.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { SeededRandom } from "../../simulation/world/random.ts";

/**
 * A program whose stores write so much that SQLite brings their logs into the databases, and begins the logs again, while
 * they are open. Arguments: the folders for the databases.
 */
const [, , centralFolder = "", secondaryFolder = ""] = process.argv;
/** Transactions of each store: SQLite's logs have 1,000 pages. */
const TRANSACTIONS = 70;
/** Rows in each: most of them change a page of the table and one of its index. */
const ROWS = 40;

const random = new SeededRandom(1);
const digits = (bytes: number) => Buffer.from(random.bytes(bytes)).toString("hex");
const central = new CentralStore(join(centralFolder, "central.sqlite"), random);
const secondary = new SecondaryStore(join(secondaryFolder, "secondary1.sqlite"));

for (let transaction = 0; transaction < TRANSACTIONS; transaction++) {
  const rows = Array.from({ length: ROWS }, (_, row) => ({ name: digits(16), serial: transaction * ROWS + row + 1 }));
  central.addTombstones(
    rows.map(({ name, serial }) => ({
      name,
      serial,
      id: digits(32),
      vector: "",
      edits: "",
      others: [],
      putAgain: null,
      moved: null,
    })),
  );
  central.countDownload(digits(16), "ana", "film.bin", transaction);
  secondary.save({
    put: rows.map(({ name, serial }) => {
      const descent = { id: digits(32), vector: "", changed: true, edits: digits(4) };
      const fingerprint = { size: serial, mtimeNs: 1n, ctimeNs: 2n, inode: BigInt(serial) };
      return { record: { name, ...descent, ...fingerprint, blake3: null, sha256: null }, hashes: random.bytes(32) };
    }),
    ...{ drop: [], vanished: [], forget: [], planned: [], over: [], undigested: [] },
  });
  secondary.countServed(digits(16), "film.bin");
}
central.close();
secondary.close();
