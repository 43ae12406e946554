/**
 * ECharts, with what the pages use of it and nothing else: SVG, descriptions for screen readers, Chinese and English.
 *
 * The pages' policy refuses `style` attributes and allows the same through the CSSOM; ECharts' renderer sets the
 * attribute, so on SVG elements it is set the other way here. Tooltips are drawn and not written as HTML.
 */
import { LineChart, SankeyChart, ScatterChart, SunburstChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, registerLocale, use } from "echarts/core";
import english from "echarts/i18n/langEN-obj.js";
import chinese from "echarts/i18n/langZH-obj.js";
import { SVGRenderer } from "echarts/renderers";

import { palette } from "./palette.js";
import { onTheme } from "./theme.js";

const { setAttribute } = Element.prototype;
SVGElement.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

use([
  AriaComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
  SVGRenderer,
  TooltipComponent,
  TreemapChart,
]);
registerLocale("ZH", chinese);
registerLocale("EN", english);

/**
 * Draws a chart into an element and keeps it to the element's size and the reader's theme. `option` makes ECharts'
 * option from the palette; `label` says what the chart is.
 */
export function draw(element, label, option) {
  const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
  const chart = init(element, null, { renderer: "svg", locale });
  const font = getComputedStyle(element).fontFamily;
  const render = () => {
    if (chart.isDisposed()) return;
    const colours = palette();
    chart.setOption(
      {
        animation: false,
        backgroundColor: "transparent",
        textStyle: { fontFamily: font, color: colours.ink },
        aria: { enabled: true, label: { description: label } },
        ...option(colours),
      },
      true,
    );
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
  };
  render();
  onTheme(render);
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(element);
  return {
    chart,
    dispose() {
      watch.disconnect();
      chart.dispose();
      element.removeAttribute("role");
      element.removeAttribute("aria-label");
    },
  };
}
