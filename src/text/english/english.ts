import { centralText } from "./central.ts";
import { clientText } from "./client.ts";
import { clusterText } from "./cluster.ts";
import { commonText } from "./common.ts";
import { consoleText } from "./console.ts";
import { downloadsText } from "./downloads.ts";
import { keysText } from "./keys.ts";
import { ordersText } from "./orders.ts";
import { secondaryText } from "./secondary.ts";
import { sessionText } from "./session.ts";

export const english = {
  common: commonText,
  console: consoleText,
  client: clientText,
  downloads: downloadsText,
  cluster: clusterText,
  central: centralText,
  secondary: secondaryText,
  keys: keysText,
  orders: ordersText,
  session: sessionText,
};
