// Draws a figure as a chart that answers to a pointer, in place of the drawing, and puts the drawing back.
(function () {
  "use strict";
  const LEAST = 260, LEAST_OF_PANEL = 150; // pixels, of a chart and of each row in it: a telephone is narrow
  const isTouched = matchMedia("(pointer: coarse)").matches; // there a finger that drags scrolls the page

  const axis = {
    showline: true, linecolor: "#000000", ticks: "outside", ticklen: 4, showgrid: false, zeroline: false, automargin: true,
    exponentformat: "power", title: { standoff: 8, font: { size: 13 } }, tickfont: { size: 12 },
  };
  const font = { family: getComputedStyle(document.body).fontFamily, size: 13, color: "#1a1a1a" };
  const look = {
    font: font, paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", hovermode: "closest", hoverdistance: 30,
    dragmode: isTouched ? false : "zoom", hoverlabel: { namelength: -1, font: font, bgcolor: "#ffffff" },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1, yref: "container", yanchor: "top", groupclick: "togglegroup",
      tracegroupgap: 0, font: { size: 12 } },
    modebar: { orientation: "v", bgcolor: "rgba(0,0,0,0)", color: "#888888" },
    template: { layout: { xaxis: axis, yaxis: axis } },
  };
  const MARGIN = { l: 10, r: 34, t: 8, b: 10 }; // on the right are plotly's buttons, below each other

  // Nothing of a reader's data may leave the page: plotly's button that uploads a chart is taken away.
  function config(name) {
    return {
      displaylogo: false, displayModeBar: true, showSendToCloud: false, plotlyServerURL: "",
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"], doubleClick: "reset",
      toImageButtonOptions: { filename: name, scale: 2 },
    };
  }

  // On a page without a structure plotly's script is there as text, and read when it is first wanted.
  function wakePlotly() {
    if (window.Plotly) return;
    const script = document.createElement("script");
    script.textContent = document.getElementById("plotly-waiting").textContent;
    document.head.append(script);
  }

  function rows(chart) {
    const lows = Object.entries(chart.layout).filter(([key]) => key.startsWith("yaxis")).map(([, one]) => one.domain[0]);
    return new Set(lows).size;
  }

  // The legend stands above the panels, which keep their height however many lines it has.
  function height(place, chart, legend) {
    const panels = Math.max(place.clientWidth / chart.layout.meta.ratio, LEAST, LEAST_OF_PANEL * rows(chart));
    return Math.round(panels + legend);
  }

  function legendOf(place) {
    const drawn = place.querySelector(".legend .bg");
    return drawn === null ? 0 : drawn.getBoundingClientRect().height;
  }

  function fit(place) {
    place.style.height = `${height(place, place.chart, legendOf(place))}px`;
    return Plotly.Plots.resize(place);
  }

  function draw(figure) {
    wakePlotly();
    const place = document.createElement("div");
    place.className = "chart";
    place.chart = JSON.parse(figure.querySelector(".chart-data").textContent);
    figure.querySelector("svg").after(place);
    place.style.height = `${height(place, place.chart, 0)}px`;
    const { data, layout } = place.chart;
    const whole = { ...look, ...layout, margin: { ...MARGIN, ...layout.margin } };
    return Plotly.newPlot(place, data, whole, config(figure.id)).then(() => fit(place));
  }

  function show(figure) {
    const place = figure.querySelector(".chart");
    return place === null ? draw(figure) : fit(place);
  }

  document.querySelectorAll(".to-chart").forEach((button) => {
    const figure = button.closest("figure");
    button.hidden = false;
    button.addEventListener("click", () => {
      const isChart = figure.classList.toggle("interactive");
      if (isChart) show(figure);
      button.textContent = isChart ? "static" : "interactive";
    });
  });
  window.addEventListener("resize", () => document.querySelectorAll("figure.interactive > .chart").forEach(fit));
})();
