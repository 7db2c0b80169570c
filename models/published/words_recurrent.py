"""Captions by recurrent cells: a reader that makes states of word vectors, a writer that goes back.

Both have two layers and two directions, as published.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.LSTM] | type[nn.GRU] | type[nn.RNN]] = {
    "lstm": nn.LSTM,
    "gru": nn.GRU,
    "rnn": nn.RNN,
}
_PLACES = 4  # two layers of two directions
State = Tensor | tuple[Tensor, Tensor]  # (1, B, hidden), of an LSTM hidden and cell


class RecurrentReader(nn.Module):
    """(B, L, E) -> all final states, (B, S); S = 8 hidden of an LSTM, else 4 hidden."""

    def __init__(self, cell: str, word_size: int, hidden: int) -> None:
        super().__init__()
        self.cells = CELLS[cell](
            word_size, hidden, num_layers=2, bidirectional=True, batch_first=True
        )

    def forward(self, vectors: Tensor, words: Tensor) -> Tensor:
        """The whole padded sequence is read, as published; `words` (B, L) are not needed."""
        _, final = self.cells(vectors)
        states = final if isinstance(final, tuple) else (final,)  # (4, B, hidden) each
        return torch.cat([state.transpose(0, 1).flatten(1) for state in states], dim=1)


class RecurrentWriter(nn.Module):
    """States (B, S), as the reader's, -> word vectors (B, L, E).

    The published decoder is a bidirectional cell that is stepped one token at a time, so both its
    "directions" run forward: each layer is two forward cells side by side, both outputs going on.
    When the words that the steps see are known, each cell therefore takes all steps in one call.
    """

    def __init__(self, cell: str, word_size: int, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.cells = nn.ModuleList(
            CELLS[cell](inputs, hidden, batch_first=True)
            for inputs in (word_size, word_size, 2 * hidden, 2 * hidden)
        )
        self.leave = nn.Linear(2 * hidden, word_size)

    def forced(self, states: Tensor, seen: Tensor) -> Tensor:
        """Step i sees `seen[:, i]`, the true word before; (B, L, E) -> (B, L, E)."""
        return self._run(seen, self._unpacked(states))[0]

    def free(self, states: Tensor, length: int) -> Tensor:
        """Each step sees what the one before predicted, the first the start token, zero."""
        spoken, memory = [], self._unpacked(states)
        vector = states.new_zeros(len(states), 1, self.leave.out_features)
        for _ in range(length):
            vector, memory = self._run(vector, memory)
            spoken.append(vector)
        return torch.cat(spoken, dim=1)  # (B, L, E)

    def _run(self, seen: Tensor, memory: list[State]) -> tuple[Tensor, list[State]]:
        """As many steps as `seen` (B, L, E) has: the predicted vectors, and the states after."""
        after: list[State] = []
        for first in range(0, _PLACES, 2):
            outputs = []
            for place in (first, first + 1):
                output, state = self.cells[place](seen, memory[place])
                outputs.append(output)
                after.append(state)
            seen = torch.cat(outputs, dim=2)  # (B, L, 2 hidden)
        return self.leave(seen), after

    def _unpacked(self, states: Tensor) -> list[State]:
        """(B, S) -> the state of each of the four cells."""
        kinds = states.view(len(states), -1, _PLACES, self.hidden).permute(1, 2, 0, 3).contiguous()
        of_cells = [kind.split(1) for kind in kinds]  # four of (1, B, hidden) each
        return list(of_cells[0] if len(kinds) == 1 else zip(*of_cells, strict=True))
