/** Flows from left to right, as a Sankey diagram. */
import "echarts/lib/chart/sankey.js";

export { draw } from "./charts.js";
