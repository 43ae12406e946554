/**
 * ECharts, with what every chart needs of it: SVG, descriptions for screen readers, Chinese and English. A page adds the
 * kinds of charts that it draws, and nothing else is bundled for it.
 *
 * The pages' policy refuses `style` attributes and allows the same through the CSSOM; ECharts' renderer sets the
 * attribute, so on SVG elements it is set the other way here. Tooltips are drawn and not written as HTML.
 */
import "echarts/lib/component/aria.js";
import "echarts/lib/component/tooltip.js";
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

use([SVGRenderer]);
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
