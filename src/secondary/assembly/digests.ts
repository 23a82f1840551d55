import type { CentralLink } from "../central/central-link.ts";
import { DigestAnswers } from "../digests/digest-answers.ts";
import { DigestMaker } from "../digests/digest-maker.ts";
import type { Repairs } from "../repair/repairs.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { Folder } from "./folder.ts";

/** Digests for programs that know no BLAKE3. */
export interface Digests {
  /** Makes those of files that were hashed without them. Null: none are made here. */
  readonly maker: DigestMaker | null;
  readonly answers: DigestAnswers;
}

export function assembleDigests(
  deps: SecondaryDeps,
  { digests = false }: SecondaryOptions,
  { folder, repairs, link }: { readonly folder: Folder; readonly repairs: Repairs; readonly link: CentralLink },
): Digests {
  const { index } = folder;
  const maker = digests ? new DigestMaker({ ...deps, index, repairs }) : null;
  return { maker, answers: new DigestAnswers({ index, link, maker }) };
}
