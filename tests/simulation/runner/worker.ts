import { loadScenario } from "./load-scenario.ts";
import { runTask, type Task } from "./scenario.ts";
import { READY } from "./worker-pool.ts";

/** A worker process: runs one task after the other. Arguments: path of the module that has the scenario, planted defect. */
const [, , path = "", defect = ""] = process.argv;
const scenario = await loadScenario(path, defect);

process.on("message", async (task: Task) => {
  process.send?.(await runTask(scenario, task));
});
process.send?.(READY);
process.on("disconnect", () => process.exit(0));
