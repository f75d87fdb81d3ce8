"""The residents' pages: committed documents of the contract, asked like anybody's, and templates that show the answers."""
