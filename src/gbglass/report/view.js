// Draws the structure and lets a reader choose which one and how it is coloured.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("structure-data").textContent);
  const place = document.getElementById("view");
  const choice = { structure: Object.keys(data.structures).pop(), colour: "species" };
  const names = { Li: "Li", La: "La", Zr: "Zr", O: "O" };

  function traces() {
    const structure = data.structures[choice.structure];
    const drawn = Object.entries(structure.species).map(([symbol, atoms]) => ({
      type: "scatter3d", mode: "markers", name: names[symbol], hoverinfo: "name",
      x: atoms.xyz[0], y: atoms.xyz[1], z: atoms.xyz[2],
      marker: {
        size: data.sizes[symbol], opacity: 1, line: { width: 0 },
        color: choice.colour === "species" ? data.colours[symbol] : atoms.region,
      },
    }));
    drawn.push({
      type: "scatter3d", mode: "lines", x: structure.box[0], y: structure.box[1], z: structure.box[2],
      line: { color: "#000000", width: 2 }, hoverinfo: "skip", showlegend: false,
    });
    if (choice.colour === "region") {
      drawn.forEach((trace) => { trace.showlegend = false; });
      data.legend.forEach(([name, colour]) => drawn.push({
        type: "scatter3d", mode: "markers", x: [null], y: [null], z: [null], name: name,
        marker: { size: 8, color: colour },
      }));
    }
    return drawn;
  }

  const hidden = { visible: false, showspikes: false };
  const layout = {
    margin: { l: 0, r: 0, t: 0, b: 0 }, uirevision: "kept", paper_bgcolor: "#ffffff",
    legend: { orientation: "h", x: 0, y: 1, itemsizing: "constant" },
    scene: {
      xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: "data", dragmode: "orbit", uirevision: "kept",
      camera: { eye: { x: -0.8, y: 0.06, z: 0.04 }, up: { x: 0, y: 1, z: 0 }, projection: { type: "orthographic" } },
    },
  };
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["resetCameraLastSave3d"] };

  function draw() {
    Plotly.react(place, traces(), layout, config);
    document.querySelectorAll("[data-key]").forEach((button) => {
      button.setAttribute("aria-pressed", String(choice[button.dataset.key] === button.dataset.value));
    });
  }

  document.querySelectorAll("[data-key]").forEach((button) => {
    button.addEventListener("click", () => { choice[button.dataset.key] = button.dataset.value; draw(); });
  });
  draw();
})();
