extension BreakerFile {
    /// The JSON Schema of files of breakers, draft 2020-12, for editors and other tools.
    ///
    /// It knows the form: keys, ranges, the two kinds of window. How values must fit each other and which configurations
    /// exist is left to the findings. An editor reads an empty mapping as null, so null is let through; written out, it
    /// is refused when read.
    public static var schema: String {
        String(decoding: PackageResources.breakers_schema_json, as: UTF8.self)
    }
}
