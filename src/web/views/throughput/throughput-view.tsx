import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function ThroughputView() {
  const words = useText().throughput;
  return <ViewHeading title={words.title} />;
}
