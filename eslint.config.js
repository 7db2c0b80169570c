// What eslint asks of the browser's modules and of their tests.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "data/", "node_modules/", "test-results/", "tests/youtube_stand_in/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-implicit-globals": "error",
      "no-shadow": "error",
      "no-unused-expressions": ["error", { allowShortCircuit: true }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  { files: ["core/**", "pages/parts/map/**"], languageOptions: { globals: { Plotly: "readonly" } } },
  { files: ["tests/javascript/**", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
