extension MachineFile {
    /// The JSON Schema of machines' files, draft 2020-12, for editors and other tools.
    ///
    /// It knows the form: keys, names, numbers, exactly one of `to`, `stay` and `reenter`. What it cannot say is left to
    /// the findings: which names exist, the longest duration, an old state both mapped and unmappable, and all of the
    /// meaning. An editor reads an empty state as null, so null is let through; written out, it is refused when read.
    public static var schema: String {
        String(decoding: PackageResources.machine_schema_json, as: UTF8.self)
    }
}
