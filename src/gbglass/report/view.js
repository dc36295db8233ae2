// Draws the structure and lets a reader choose which one, how it is coloured, and what is shown.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("structure-data").textContent);
  const place = document.getElementById("view");
  const slider = document.getElementById("moment"); // null where nothing moved
  // Either one of the structures, by its name, or a moment, by its number.
  const choice = { structure: Object.keys(data.structures).pop(), moment: null, colour: "species" };
  // Both measured on the screen, in an orthographic view.
  const PIXELS_PER_UNIT = 0.435; // for one unit of the aspect ratio, in heights of the frame
  const PIXELS_PER_SIZE = 3.0; // diameter of a marker of size 1
  const longest = data.lengths[2];

  // The cell fills the frame, unless it is so high that it has to be smaller.
  function fittingScale() {
    const high = Math.max(data.lengths[0], data.lengths[1]);
    const pixels = Math.min(0.92 * place.clientWidth, 0.84 * place.clientHeight * longest / high);
    return pixels / (PIXELS_PER_UNIT * place.clientHeight);
  }

  let width = place.clientWidth;
  let scale = fittingScale();

  // Markers are measured in pixels, atoms in Å.
  function size(symbol) {
    const pixels = data.diameters[symbol] * scale * PIXELS_PER_UNIT * place.clientHeight / longest;
    return Math.max(1, pixels / PIXELS_PER_SIZE);
  }

  function numbers(text, Kind) {
    return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  }

  // From whole numbers across the cell to Å.
  function unpacked(structure) {
    return Object.fromEntries(Object.entries(structure.species).map(([symbol, atoms]) => {
      const whole = numbers(atoms.xyz, Uint16Array), n = whole.length / 3;
      const xyz = [0, 1, 2].map((axis) => Array.from(whole.subarray(axis * n, (axis + 1) * n),
        (number) => structure.low[axis] + number * structure.step[axis]));
      return [symbol, { xyz: xyz, region: numbers(atoms.region, Uint8Array) }];
    }));
  }

  function trace(name, points, sizes, colour) {
    return {
      type: "scatter3d", mode: "markers", name: name, hoverinfo: "name", x: points[0], y: points[1], z: points[2],
      // Plotly takes a list of sizes as diameters of half the scale that it takes one size as; sizeref mends lists only.
      marker: { size: sizes, sizeref: 0.5, color: colour, opacity: 1, line: { width: 0 } },
    };
  }

  function bySpecies(species) {
    return Object.entries(species).map(([symbol, atoms]) =>
      trace(symbol, atoms.xyz, size(symbol), data.colours[symbol]));
  }

  function byRegion(species) {
    return data.legend.map(([name, colour], kind) => {
      const points = [[], [], []], sizes = [];
      Object.entries(species).forEach(([symbol, atoms]) => atoms.region.forEach((region, atom) => {
        if (region !== kind) return;
        points.forEach((along, axis) => along.push(atoms.xyz[axis][atom]));
        sizes.push(size(symbol));
      }));
      return trace(name, points, sizes, colour);
    });
  }

  function traces() {
    const structure = choice.moment === null ? data.structures[choice.structure] : data.moments[choice.moment];
    const atoms = (choice.colour === "species" ? bySpecies : byRegion)(unpacked(structure));
    const box = {
      type: "scatter3d", mode: "lines", x: structure.box[0], y: structure.box[1], z: structure.box[2],
      line: { color: "#000000", width: 2 }, hoverinfo: "skip", showlegend: false,
    };
    return atoms.concat([box]);
  }

  const hidden = { visible: false, showspikes: false };
  const layout = {
    margin: { l: 0, r: 0, t: 30, b: 0 }, paper_bgcolor: "#ffffff", modebar: { bgcolor: "rgba(0,0,0,0)", color: "#888888" },
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", itemsizing: "constant", font: { size: 14 } },
    scene: {
      xaxis: hidden, yaxis: hidden, zaxis: hidden, dragmode: "orbit", aspectmode: "manual",
      // Far enough that no atom lies behind the eye, where it would be cut away.
      camera: { eye: { x: -6, y: 0.45, z: 0.3 }, up: { x: 0, y: 1, z: 0 }, projection: { type: "orthographic" } },
    },
  };
  // Nothing of a reader's data may leave the page: plotly's button that uploads a chart is taken away.
  const config = {
    displaylogo: false, responsive: true, displayModeBar: true, showSendToCloud: false, plotlyServerURL: "",
    modeBarButtonsToRemove: ["zoom3d", "pan3d", "tableRotation", "orbitRotation", "resetCameraLastSave3d"],
    toImageButtonOptions: { filename: document.title.split(":")[0] + "-structure", scale: 2 },
  };

  function draw() {
    const ratio = data.lengths.map((length) => scale * length / longest);
    layout.scene.aspectratio = { x: ratio[0], y: ratio[1], z: ratio[2] };
    layout.scene.uirevision = String(width); // a frame of another width begins with the whole cell in view
    layout.uirevision = choice.colour; // what is hidden in one colouring says nothing about the other
    const drawn = Plotly.react(place, traces(), layout, config);
    sayWhen();
    document.querySelectorAll("[data-key]").forEach((button) => {
      button.setAttribute("aria-pressed", String(choice[button.dataset.key] === button.dataset.value));
    });
    return drawn;
  }

  function sayWhen() {
    if (slider === null) return;
    const when = choice.moment === null ? choice.structure : `${data.moments[choice.moment].time} ps`;
    document.getElementById("moment-time").textContent = when;
    slider.setAttribute("aria-valuetext", when);
  }

  document.querySelectorAll("[data-key]").forEach((button) => {
    button.addEventListener("click", () => {
      choice[button.dataset.key] = button.dataset.value;
      if (button.dataset.key === "structure") choice.moment = null;
      draw();
    });
  });
  if (slider !== null) {
    let isWaiting = false; // a hand is faster than the picture: only the last place it went to is drawn
    slider.addEventListener("input", () => {
      choice.structure = null;
      choice.moment = Number(slider.value);
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => { isWaiting = false; draw(); });
    });
  }
  window.addEventListener("resize", () => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    scale = fittingScale();
    draw();
  });
  draw().then(() => place.on("plotly_relayout", () => {
    const zoomed = place._fullLayout.scene.aspectratio.z;
    if (Math.abs(zoomed / scale - 1) < 0.02) return;
    scale = zoomed;
    draw();
  }));
})();
