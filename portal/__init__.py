"""The residents' pages: committed documents of the contract, asked as anybody asks, and templates for the answers."""
