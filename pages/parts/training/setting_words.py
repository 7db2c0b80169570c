"""What each setting of a training is called on the page, and what is said of it. Only words."""

from __future__ import annotations

LABELS = {
    "width": "Picture width",
    "height": "Picture height",
    "latent_size": "Latent size",
    "appearance_size": "Appearance size",
    "frame_weight": "Weight of the frames",
    "channels": "Channels",
    "maps": "Feature maps",
    "crop_share": "Random crops",
    "backbone": "Picture features",
    "feature_size": "Size of the features",
    "content_size": "Content size",
    "meaning_size": "Meaning size",
    "wording_size": "Wording size",
    "dense": "Dense layers",
    "first_dense": "First dense layer",
    "second_dense": "Second dense layer",
    "cell": "Cell of the words",
    "hidden": "Hidden size of the cell",
    "norm": "Normalisation",
    "teacher_forcing": "Teacher forcing",
    "text_weight": "Weight of the words (lambda)",
    "word_vectors": "Word vectors",
    "unknown_words": "Unknown words",
    "word_size": "Word vector size",
    "beta": "Weight of the KL term (beta)",
    "free_bits": "Free bits, nats",
    "quick_start": "Quick start",
    "steps": "Steps",
    "epochs": "Epochs",
    "batch_size": "Batch size",
    "learning_rate": "Learning rate",
    "schedule": "Learning rate over time",
    "shuffle": "Shuffle",
    "mixed_precision": "Mixed precision",
    "pairs": "Captions learned from",
    "seed": "Seed",
    "held_out": "Held-out frames",
    "patience": "Patience, reports",
    "checkpoint_every_s": "Checkpoint every … s",
}
HELP = {
    "latent_size": "Numbers that each frame is reduced to.",
    "appearance_size": "Numbers for how a frame looks: what its picture is decoded from.",
    "frame_weight": "How much the linear path follows these frames; the rest, pictures like them.",
    "channels": "Filters of the first convolution; the others follow from it.",
    "crop_share": "Share of each batch that is random crops of frames, half of them mirrored.",
    "backbone": "The pretrained network that says what a frame shows; it is never trained here. "
    "torchvision:NAME, timm:NAME or open_clip:NAME/TAG (words then find pictures), typed in, where "
    "those packages are installed.",
    "feature_size": "Numbers of the picture features; 1632 for efficientnet-lite2.",
    "content_size": "Numbers for what a frame shows, however it looks.",
    "meaning_size": "Numbers for what a caption is about, in one space for all languages.",
    "wording_size": "Numbers from which a caption's very words are read again; 0: as many as its "
    "places x log2(vocabulary) bits need.",
    "dense": "Width of the dense layers around the latent: most of the weights are there.",
    "first_dense": "The widest layer: most of the weights, and of the memory, are there.",
    "second_dense": "The layer between the first one and the latent.",
    "cell": "What reads and writes the captions. Published: lstm and rnn; gru and transformer are "
    "named there and were not run.",
    "hidden": "Numbers that the cell carries from word to word, in each layer and direction.",
    "norm": "batch: over the 16 frames beside it, as published, so that a latent depends on them; "
    "layer: each frame by itself.",
    "teacher_forcing": "In training each step is shown the true word before it; else the word that "
    "it decoded itself.",
    "text_weight": "How much the words' error counts beside the picture's; published: 3.",
    "word_vectors": "multilingual: English and Chinese in one space; english; published: GloVe and "
    "Chinese Word Vectors, as far as downloaded; or the path of a file of vectors, typed in.",
    "unknown_words": "own: each word without a vector gets one of its own, so it can be decoded; "
    "zero: all are the zero vector, as published.",
    "word_size": "Numbers of a word vector; a file of vectors must have as many.",
    "beta": "0 is the published objective: pictures and words alone. Above 0 the latent is pressed "
    "towards a normal distribution.",
    "free_bits": "A latent dimension that carries less than this is not pressed further; it only "
    "counts where beta is above 0.",
    "quick_start": "First weights that learn in fewer steps, and less noise at first; not "
    "published.",
    "steps": "Batches to learn from; no fewer than 8 passes over the frames.",
    "epochs": "Passes over all frames. Above 0 they count, and the steps follow from them.",
    "batch_size": "Frames of each step; lower it where memory is short.",
    "schedule": "decay: a short rise, then down to zero; constant: as published.",
    "shuffle": "Take the frames in another order in each epoch.",
    "mixed_precision": "Compute in bfloat16 where it is safe; on a GPU only.",
    "pairs": "frames: each frame with the caption at its time; segments: each caption with one "
    "frame, as published.",
    "patience": "A first training finds how many steps are best, on frames that no figure uses: it "
    "stops when so many of its 20 measurements have not lowered their error. 0: all steps.",
    "held_out": "refit: measured first, then trained on too; keep: never trained on; none: no "
    "frames are held out.",
}
