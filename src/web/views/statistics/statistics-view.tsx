import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

export function StatisticsView() {
  const words = useText().statistics;
  return <ViewHeading title={words.title} />;
}
