// What lies in the page beside the modules: plotly.js, which is a script of its own.

declare const Plotly: any;
