import { plant } from "../planted/plant.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Loads the module that has the scenario, and with it the program. `defect`: the name of a defect to plant in it, or "".
 * Nothing of the program may have been loaded before: it would be without the defect.
 */
export async function loadScenario(path: string, defect: string): Promise<Scenario> {
  const planted = defect === "" ? null : plant(defect);
  const { drawPlan, runPlan } = (await import(path)) as Scenario;
  planted?.assertLoaded();
  return { drawPlan, runPlan };
}
