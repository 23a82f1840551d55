import { central } from "./central.ts";
import { client } from "./client.ts";
import { counts } from "./counts.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { clientHelp } from "./help/client.ts";
import { help } from "./help/commands.ts";
import { examples } from "./help/examples.ts";
import { hints } from "./help/hints.ts";
import { keyHelp } from "./help/keys.ts";
import { manual } from "./help/manual.ts";
import { files } from "./http/files.ts";
import { requests } from "./http/requests.ts";
import { keys } from "./keys.ts";
import { network } from "./network.ts";
import { secondary } from "./secondary.ts";
import { system } from "./system.ts";
import { transfers } from "./transfers.ts";
import { usage } from "./usage.ts";
import { verify } from "./verify.ts";

/** Every sentence in Spanish, by its English: what is not in here does not compile. */
export const spanish = {
  ...help,
  ...clientHelp,
  ...keyHelp,
  ...manual,
  ...examples,
  ...hints,
  ...counts,
  ...usage,
  ...demo,
  ...system,
  ...keys,
  ...network,
  ...requests,
  ...files,
  ...client,
  ...transfers,
  ...central,
  ...secondary,
  ...doctor,
  ...verify,
};

export type Spanish = typeof spanish;
