//! The command line: clap types and one thin file per subcommand.
