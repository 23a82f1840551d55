import type { Defect } from "./defect.ts";

/** Every planted defect. */
export const DEFECTS: readonly Defect[] = [];
