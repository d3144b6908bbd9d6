package answer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

func TestPlaceCheck(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"header:X-Token", "cookie:JSESSIONID", "cookie:APIC-cookie", "cookie:ASP.NET_SessionId", "cookie:a[b]", "body:", "regex:.*", "regex:^$", "regex: ",
		`regex:<key>(.*?)</key>`, `regex:(?i)token="([^"]+)"`, `regex:(?P<token>\w{1,1000})`, `regex:\pL+`, "regex:a|b|(c)", `regex:\Qa(b\E`,
	} {
		if _, err := ParsePath(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, says := range map[string]string{
		"cookie:":                              `"cookie:" is not cookie:NAME with the name of a cookie, such as cookie:JSESSIONID`,
		"cookie: sid":                          "is not cookie:NAME",
		"cookie:sid=":                          "is not cookie:NAME",
		"cookie:sid;Path":                      "is not cookie:NAME",
		"cookie:ü":                             "is not cookie:NAME",
		"cookie:a\nb":                          "is not cookie:NAME",
		"header:X Y":                           "is not header:NAME",
		"body:x":                               `"body:x" has more than body:, which is the whole body`,
		"body: ":                               "has more than body:",
		"regex:":                               "regex: has no expression",
		"regex:<key>(.*":                       `"<key>(.*" is not a regular expression: missing closing )`,
		"regex:a)":                             "unexpected )",
		"regex:ä[z-a]":                         `invalid character class range at "z-a" (near character 3)`,
		"regex:a**":                            `invalid nested repetition operator at "**" (near character 2)`,
		"regex:*a":                             `missing argument to repetition operator at "*" (near character 1)`,
		"regex:a(?=b)":                         `at "(?=" (near character 2). The syntax is RE2, which has no lookahead and no lookbehind`,
		`regex:(a)\1`:                          `The syntax is RE2, which has no backreferences such as \1.`,
		"regex:a\\":                            "trailing backslash",
		"regex:a{1001}":                        "invalid repeat count",
		"regex:" + strings.Repeat("a", 1000):   "longer than 1000 characters",
		"header:" + strings.Repeat("a", 1000):  "longer than 1000 characters",
		"regex:" + strings.Repeat("a{900}", 5): "too large: write smaller numbers of repetitions",
		"regex:(.{30}){30}(.{30}){30}(.{30}){30}(.{30}){30}(.{30}){30}(.{30}){30}": "too large",
		"Header:X-Token":        "begin it with header: in small letters and without spaces",
		"cookie :sid":           "begin it with cookie:",
		" regex:a":              "begin it with regex:",
		"BODY:":                 "begin it with body:",
		"//response/result/key": "To read XML, write regex:<token>(.*?)</token>",
	} {
		p, err := ParsePath(path)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", path, err)
		}
		a := Read(http.Header{"Set-Cookie": {"sid=1", "=2", "a b=3"}, "X": {"y"}}, []byte("a text"))
		if !a.At(p).IsNothing() || a.Holds(p) {
			t.Errorf("%s is followed, and cannot be used", path)
		}
	}
}

func TestIn(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct {
		place Place
		rest  string
	}{
		"": {PlaceJSON, ""}, "a.b": {PlaceJSON, "a.b"}, "body": {PlaceJSON, "body"}, "regex": {PlaceJSON, "regex"}, "header:X": {PlaceHeader, "X"},
		"cookie:a": {PlaceCookie, "a"}, "body:": {PlaceBody, ""}, "regex:header:": {PlaceRegex, "header:"}, "{header: a}": {PlaceJSON, "{header: a}"},
	} {
		p, _ := ParsePath(path)
		if place, rest := p.In(); place != want.place || rest != want.rest || p.IsJSON() != (place == PlaceJSON && path != "") {
			t.Errorf("%s is in %d: %q", path, place, rest)
		}
	}
}

// The doubts about JMESPath are none about other paths.
func TestNoDoubts(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"cookie:session-token", "regex:ok == true", "regex:session-token", "regex:a == b", "regex:code == '0'", "header:null-true", "body:"} {
		p := MustPath(path)
		if words := p.Hyphenated() + p.BareWord() + p.ComparedKey() + p.QuotedWord(); words != "" || p.IsPlain() {
			t.Errorf("%s: %q", path, words)
		}
		a := reading(t, `{"session":1}`)
		part, keys := a.KeysNear(p)
		if part != "" || len(keys) > 0 || a.IsNull(p) || a.Unlike(p) != (Unlike{}) {
			t.Errorf("%s is read as JMESPath", path)
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	const xml = "\ufeff<?xml version=\"1.0\"?>\n<response status='success'><result><key>LUFRPT1&amp;x==</key></result></response>\n"
	for _, tc := range []struct{ body, path, want string }{
		{" tok-1\r\n", "body:", "tok-1"},
		{`"tok-1"`, "body:", "tok-1"},
		{"bad user or password", "body:", "bad user or password"},
		{"", "body:", "nothing"},
		{`""`, "body:", "nothing"},
		{`{"a":"b"}`, "body:", "nothing"},
		{xml, "body:", "nothing"},
		{xml, "regex:<key>(.*?)</key>", "LUFRPT1&x=="},
		{xml, "regex:status='([a-z]+)'", "success"},
		{xml, "regex:<key>.*</key>", "<key>LUFRPT1&x==</key>"},
		{xml, "regex:^<[?]xml", "<?xml"},
		{xml, "regex:</response>$", "</response>"},
		{xml, "regex:<Key>(.*)</Key>", "nothing"},
		{xml, "regex:(?i)<KEY>(.*)</KEY>", "LUFRPT1&x=="},
		{xml, "key", "nothing"},
		{"", "regex:^$", ""},
		{" \n", "regex:^$", ""},
		{"x", "regex:^$", "nothing"},
		{"a=1\nb=2\n", "regex:(?m)^b=(.*)$", "2"},
		{"a=1\nb=2\n", "regex:(?s)a=(.*)", "1\nb=2"},
		{"a=1\r\nb=2\r\n", "regex:(?m)^a=(.*)$", "1"},
		{"a=1\r\nb=2\r\n", "regex:a=.*", "a=1"},
		{"key: 7", "regex:token: (.*)|key: (.*)", "7"},
		{"key: 7", "regex:(?:key|token): (.*)", "7"},
		{"key: ", "regex:key: ?(x)?", ""},
		{"token=a token=b", `regex:token=(\w)`, "a"},
		{`{"token":"a"}`, `regex:"token":"([^"]*)"`, "a"},
		{"caf\xe9 tok", "regex:caf. (tok)", "tok"},
		{"ü tök", `regex:ü (\pL+)`, "tök"},
	} {
		if got := at(Read(http.Header{}, []byte(tc.body)), tc.path); got != tc.want {
			t.Errorf("%s finds %q in %q", tc.path, got, tc.body)
		}
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		body, path string
		want       bool
	}{
		{"", "regex:^$", true},
		{"<html>", "regex:^$", false},
		{"<status>OK</status>", "regex:<status>OK<", true},
		{"<status>NO</status>", "regex:<status>OK<", false},
		{"OK", "regex:OK(x)?", true},
		{"OK", "regex:O(K)", true},
		{`{"ok":true}`, "ok", true},
		{`{"ok":"true"}`, "ok", false},
		{`{"ok":"true"}`, `regex:"ok" *: *"true"`, true},
		{"true", "body:", false},
		{"true", "header:X-Id", false},
	} {
		if got := reading(t, tc.body).Holds(MustPath(tc.path)); got != tc.want {
			t.Errorf("%s is %t for %q", tc.path, got, tc.body)
		}
	}
}

// What a regular expression finds is the text that the XML stands for.
func TestTextOfXML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "",
		"a&lt;b&gt;c&amp;d&quot;e&apos;f":    `a<b>c&d"e'f`,
		"&amp;lt;":                           "&lt;",
		"&#65;&#x42;&#X43;&#xfc;&#128512;":   "AB&#X43;ü\U0001F600",
		"&#0;&#xD800;&#1114112;&#x110000;":   "&#0;&#xD800;&#1114112;&#x110000;",
		"&nbsp;&lt&;&#;&#x;&;&LT;":           "&nbsp;&lt&;&#;&#x;&;&LT;",
		"&#99999999;&#999999999;":            "&#99999999;&#999999999;",
		"<![CDATA[a&amp;<b>]]>":              "a&amp;<b>",
		"x&lt;<![CDATA[&lt;]]>&lt;y":         "x<&lt;<y",
		"<![CDATA[a]]><![CDATA[b]]>":         "ab",
		"<![CDATA[a]]]]><![CDATA[>b]]>":      "a]]>b",
		"<![CDATA[open &lt;":                 "<![CDATA[open <",
		"]]>&lt;":                            "]]><",
		"<![CDATA[]]>":                       "",
		"https://a.example/?x=1&y=2&amp;z=3": "https://a.example/?x=1&y=2&z=3",
	} {
		if got := textOfXML(text); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// An expression that would take too long is not used.
func TestExcessivePattern(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("ab ", 1<<20/3)
	slow := MustPath("regex:(?:(?:a|b| |c|d)*(?:a|b| |c|e)*(?:a|b| |c|f)*){40}z")
	quick := MustPath("regex:z|(a)b $|token=[a-z]+")
	if found := Read(http.Header{}, []byte(body)).At(slow); found.Kind() != "a result that is too large" || !found.IsNothing() {
		t.Errorf("it finds %s", found.Kind())
	}
	if found := Read(http.Header{}, []byte(body)).At(quick); found.Kind() == "a result that is too large" {
		t.Error("a short expression is too large")
	}
	if found := Read(http.Header{}, []byte(body[:9_000])).At(slow); found.Kind() != "nothing" {
		t.Errorf("in a short body it finds %s", found.Kind())
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	const date = "Wed, 01 Jul 2026 12:00:00 GMT"
	for name, tc := range map[string]struct {
		lines       []string
		want, names string
		deletes     bool
	}{
		"one":                                {[]string{"sid=abc; Path=/; HttpOnly; Secure; SameSite=Lax"}, "abc", "sid", false},
		"among others":                       {[]string{"lang=en", "sid=abc", "theme=dark"}, "abc", "lang sid theme", false},
		"in quotes":                          {[]string{`sid="abc"; Version=1`}, "abc", "sid", false},
		"a quote":                            {[]string{`sid="`}, `"`, "sid", false},
		"quotes within":                      {[]string{`sid=a"b"`}, `a"b"`, "sid", false},
		"spaces":                             {[]string{"  sid =  abc  ; Path=/"}, "abc", "sid", false},
		"base64":                             {[]string{"sid=a+/=="}, "a+/==", "sid", false},
		"a value that net/http refuses":      {[]string{`sid={"a":"b, c\d"}`}, `{"a":"b, c\d"}`, "sid", false},
		"escaped stays escaped":              {[]string{"sid=a%2Fb"}, "a%2Fb", "sid", false},
		"another case":                       {[]string{"SID=abc"}, "nothing", "SID", false},
		"a longer name":                      {[]string{"sid2=abc"}, "nothing", "sid2", false},
		"none":                               {nil, "nothing", "", false},
		"no name":                            {[]string{"=abc", "abc", "", ";;"}, "nothing", "", false},
		"twice: the last one":                {[]string{"sid=old; Path=/", "sid=new; Path=/"}, "new", "sid", false},
		"twice, in two paths":                {[]string{"sid=a; Path=/api", "sid=b; Path=/"}, "b", "sid", false},
		"deleted, then set":                  {[]string{"sid=deleted; Expires=Thu, 01-Jan-1970 00:00:01 GMT; Path=/", "sid=abc; Path=/"}, "abc", "sid", false},
		"set, and deleted in another path":   {[]string{"sid=abc; Path=/", "sid=; Max-Age=0; Path=/old"}, "abc", "sid", false},
		"set, and deleted in another domain": {[]string{"sid=abc; Path=/; Domain=a.example", "sid=; Max-Age=0; Path=/"}, "abc", "sid", false},
		"set, and deleted":                   {[]string{"sid=abc; Path=/; Domain=.A.example", "sid=x; Path=/; domain=a.example; max-age=0"}, "nothing", "sid", true},
		"deleted by Max-Age":                 {[]string{"sid=abc; Max-Age=0"}, "nothing", "", true},
		"deleted by a Max-Age below 0":       {[]string{"sid=abc; Max-Age=-1"}, "nothing", "", true},
		"deleted by Expires":                 {[]string{"sid=abc; Expires=Wed, 01 Jul 2026 11:59:59 GMT"}, "nothing", "", true},
		"deleted by Expires with 2 digits":   {[]string{"sid=abc; Expires=Thursday, 01-Jan-70 00:00:00 GMT"}, "nothing", "", true},
		"deleted by a year of 2 digits":      {[]string{"sid=abc; expires=Thu, 01-Jan-70 00:00:01 GMT; path=/"}, "nothing", "", true},
		"deleted by a date of JavaScript":    {[]string{"sid=abc; expires=Thu Jan 01 1970 00:00:00 GMT+0000 (UTC)"}, "nothing", "", true},
		"deleted by its value":               {[]string{"sid=deleted; path=/"}, "nothing", "", true},
		"deleted by an empty value":          {[]string{"sid="}, "nothing", "", true},
		"deleted by empty quotes":            {[]string{`sid=""`}, "nothing", "", true},
		"valid by Max-Age":                   {[]string{"sid=abc; Max-Age=600; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "abc", "sid", false},
		"valid by Expires":                   {[]string{"sid=abc; Expires=Wed, 01 Jul 2026 12:00:01 GMT"}, "abc", "sid", false},
		"attributes that cannot be read":     {[]string{"sid=abc; Max-Age=never; Expires=soon"}, "abc", "sid", false},
	} {
		header := http.Header{"Set-Cookie": tc.lines, "Date": {date}}
		a := Read(header, nil)
		if got := at(a, "cookie:sid"); got != tc.want {
			t.Errorf("%s: it finds %q", name, got)
		}
		if got := a.Header().DeletesCookie("sid"); got != tc.deletes {
			t.Errorf("%s: deletes is %t", name, got)
		}
		if got := used(a.Header().CookieNames()); got != tc.names {
			t.Errorf("%s: the names are %q", name, got)
		}
	}
}

func used(names []said.Foreign) string {
	var texts []string
	for _, name := range names {
		texts = append(texts, name.Use())
	}
	return strings.Join(texts, " ")
}

// Without Date, only a time long ago deletes a cookie.
func TestCookieWithoutDate(t *testing.T) {
	t.Parallel()
	for expires, want := range map[string]string{"Thu, 01 Jan 1970 00:00:00 GMT": "nothing", "Wed, 01 Jul 2026 12:00:00 GMT": "abc"} {
		if got := at(Read(http.Header{"Set-Cookie": {"sid=abc; Expires=" + expires}}, nil), "cookie:sid"); got != want {
			t.Errorf("%s: it finds %q", expires, got)
		}
	}
}

func TestHeaderNames(t *testing.T) {
	t.Parallel()
	if got := used(NewHeader(http.Header{"X-B": {"1", "2"}, "Date": {""}, "A": nil}).Names()); got != "A Date X-B" {
		t.Errorf("the names are %q", got)
	}
	if names := (Header{}).Names(); names != nil {
		t.Errorf("there are %d names", len(names))
	}
}

// A message cannot repeat a cookie, not even one that net/http refuses.
func TestCookiesAreSecret(t *testing.T) {
	t.Parallel()
	a := Read(http.Header{"Set-Cookie": {"sid=fakezebra99quokka; Path=/", `other="fake\yak77"`, "gone=fakewombat55; Max-Age=0"}}, nil)
	shown := a.Issued().Judge().Message(said.NewForeign(`no session fakezebra99quokka, fake\yak77 or fakewombat55 here`))
	for _, part := range []string{"fakezebra99quokka", "yak77", "fakewombat55"} {
		if strings.Contains(string(shown), part) {
			t.Errorf("it shows %q", shown)
		}
	}
}

// A body in a charset that it declares is read. What cannot be read is no value.
func TestCharsets(t *testing.T) {
	t.Parallel()
	const latin1, utf8, euro = "{\"a\":\"M\xfcller\",\"b\":\"x\"}", `{"a":"Müller","b":"x"}`, "{\"a\":\"\x80\"}"
	for _, c := range []struct{ mediaType, body, path, want string }{
		{"application/json; charset=ISO-8859-1", latin1, "a", "Müller"},
		{"application/json; charset=windows-1252", euro, "a", "€"},
		{"text/plain; charset=latin1", "k=M\xfcller", "regex:k=(.*)", "Müller"},
		{"text/plain; charset=latin1", "M\xfcller", "body:", "Müller"},
		{"application/json; charset=windows-1251", "{\"a\":\"\xcc\"}", "a", "М"},
		{"application/json; charset=ISO-8859-15", "{\"a\":\"\xa4\"}", "a", "€"},
		{"application/json; charset=ISO-8859-1", utf8, "a", "Müller"},
		{"application/json; charset=utf-8", latin1, "a", "a string that is not in UTF-8"},
		{"application/json; charset=none-such", latin1, "a", "a string that is not in UTF-8"},
		{"application/json", latin1, "a", "a string that is not in UTF-8"},
		{"application/json", latin1, "b", "x"},
		{"text/plain", "k=M\xfcller", "regex:k=(.*)", "a string that is not in UTF-8"},
		{"application/json", `{"a":"\ufffd"}`, "a", "\ufffd"},
		{"application/json", "{\"a\":\"x\"}\x00", "a", "x"},
		{"application/json", ")]}',\n{\"a\":\"x\"}", "a", "x"},
		{"application/json", ")]}'\n{\"a\":\"x\"}", "a", "x"},
	} {
		found := Read(http.Header{"Content-Type": {c.mediaType}}, []byte(c.body)).At(MustPath(c.path))
		got := found.Kind()
		if text, ok := found.Text(); ok {
			got = text.Reveal()
		}
		if got != c.want {
			t.Errorf("%s, %s in %q: it is %q, want %q", c.mediaType, c.path, c.body, got, c.want)
		}
	}
}
