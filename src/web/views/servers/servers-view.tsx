import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function ServersView() {
  const words = useText().servers;
  return <ViewHeading title={words.title} />;
}
