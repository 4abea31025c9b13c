//! Sales from files: read line by line, made into pending grants in batches, reported line by line.
