/// What a name of another language's library is called in Rail. Names are compared without capitals
/// and underscores, so `toString` and `to_string` are one.
func railName(of foreign: String) -> String? {
  railNames[foldedName(foreign)]
}

/// A name without what conventions of spelling add: capitals and underscores.
func foldedName(_ name: String) -> String {
  String(decoding: foldedBytes(Array(name.utf8)), as: UTF8.self)
}

func foldedBytes(_ bytes: [UInt8]) -> [UInt8] {
  bytes.compactMap { byte in
    if byte == UInt8(ascii: "_") { return nil }
    return byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }
}

/// Words of other languages that stand between two operands, and the operators that they are.
func operatorWord(_ word: String) -> String? {
  switch word {
  case "and", "AND": "&&"
  case "or", "OR": "||"
  case "mod", "rem": "%"
  case "div": "/"
  case "is", "eq", "equals": "=="
  case "ne", "neq": "!="
  case "xor": "!="
  default: nil
  }
}

/// Words of other languages that stand before a definition or an expression and say nothing in
/// Rail.
let foreignKeywords: Set<String> = [
  "return", "do", "begin", "rec", "mut", "def", "fn", "fun", "func", "function", "val", "var",
  "const", "static", "pub", "public", "private", "export", "await", "async", "new", "yield", "lazy",
]

/// Written as a list for each Rail name, so that one sees what is there.
private let railNames: [String: String] = {
  let spellings: [(String, String)] = [
    (
      "print",
      "println putstrln puts echo printf writeln console consolelog say disp output printline"
    ),
    ("print", "printstring printint writeline display trace"),
    ("print_raw", "putstr write printnonewline"),
    ("eprint", "eprintln printerr eprintf perror"),
    ("show", "str tostring string stringof inttostring inttostr stringofint strofint itoa int2str"),
    ("show", "floattostring stringoffloat showint tostr num2str intshow fromint tostringint"),
    ("length", "len size strlen stringlength strlength listlength lengthof sizeof"),
    ("arr_len", "arraylength arraylen arrlength"),
    ("fold", "foldl foldleft reduce inject listfold listfoldleft foldlist accumulate aggregate"),
    ("map", "listmap maplist collect arraymap fmap"),
    ("filter", "listfilter filterlist keepif findall"),
    ("reverse", "rev listrev listreverse reversed reverselist"),
    ("append", "listappend extend"),
    ("head", "hd car listhd listhead first"),
    ("tail", "tl cdr rest listtl listtail"),
    ("is_empty", "isempty listisempty nullp empty"),
    ("parse_int", "int stringtoint strtoint atoi parseint strtol toint readint stoi"),
    ("parse_float", "float stringtofloat strtofloat atof parsefloat parsedouble stof"),
    ("to_float", "floatofint floatint double todouble fromintegral intfloat"),
    ("to_int", "intoffloat intfloor truncate"),
    (
      "str_upper",
      "upper toupper touppercase uppercase stringupper strtoupper upcase uppercaseascii"
    ),
    (
      "str_lower",
      "lower tolower tolowercase lowercase stringlower strtolower downcase lowercaseascii"
    ),
    ("str_sub", "substring substr slice stringsub strslice strsubstr stringslice sub"),
    ("str_contains", "contains stringcontains includes hassubstring stringincludes"),
    ("str_replace", "replace replaceall stringreplace gsub"),
    ("str_starts_with", "startswith stringstartswith hasprefix isprefixof stringhasprefix"),
    ("str_ends_with", "endswith stringendswith hassuffix issuffixof stringhassuffix"),
    ("str_find", "indexof stringindexof strindex strpos stringfind stringindex"),
    ("str_at", "charat stringget nthchar charcodeat"),
    ("strip", "stringtrim strtrim trimstring striptrim stringstrip trimwhitespace"),
    ("split", "stringsplit splitstring stringsplitonchar"),
    ("str_split", "splitat spliton splitby"),
    ("join", "stringjoin intercalate implode stringconcat joinstrings strjoin listjoin"),
    ("cat", "concatstrings stringcat strcat"),
    ("chars", "explode tochars stringtolist strtochars stringchars charlist stringtochars"),
    ("char_to_int", "ord charcode ascii chartoascii codepoint tocharcode"),
    ("char_from_int", "chr inttochar fromcharcode charofint asciitochar fromcode"),
    ("lines", "splitlines tolines readlines"),
    ("read_file", "readtostring readfiletostring readalltext filereadtext slurp readtext fileread"),
    ("write_file", "writetofile writealltext filewrite writetext savefile spit"),
    ("read_line", "input readln getline readline scanline prompt"),
    ("args", "argv getargs sysargv commandlineargs arguments"),
    ("exit", "quit sysexit halt"),
    ("env_get", "getenv envvar"),
    ("sqrt", "squareroot sqroot"),
    ("pow", "power mathpow expt"),
    ("ceil", "ceiling"),
    ("arr_new", "arraynew newarray makearray arraymake createarray arraycreate arrnew arrmake"),
    ("arr_get", "arrayget arrget arrayat getat"),
    ("arr_set", "arrayset arrset arrayput setat"),
    ("arr_from_list", "arrayfromlist listtoarray arrayoflist toarray"),
    ("arr_to_list", "arraytolist tolist listofarray"),
    ("error", "raise throw failwith fail invalidarg"),
    ("panic", "crash abort die unreachable todo undefined"),
    ("bit_and", "band land bitand"), ("bit_or", "bor lor bitor"), ("bit_xor", "bxor lxor bitxor"),
    ("bit_not", "bnot lnot bitnot complement"),
    ("shl", "lsl shiftl shiftleft lshift"), ("shr", "lsr shiftr shiftright rshift"), ("sar", "asr"),
    ("time_ns", "now clock gettime"),
    ("true", "true"), ("false", "false"), ("null", "none nil null nullptr nothing"),
    ("spawn_thread", "threadspawn newthread startthread"),
    ("str_lower", "casefold"),
  ]
  var names: [String: String] = [:]
  for (name, words) in spellings {
    for word in words.split(separator: " ") { names[String(word)] = name }
  }
  return names
}()
