"""Finding passages: words, encoder, dense and lexical search, their fusion, and storage."""
