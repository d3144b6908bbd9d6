package answer

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// inflation is how many bytes of JSON an element may take beside its own: a
// character that split makes an element of gets quotes and a comma.
const inflation = 8

// FuzzPath looks with a path that is accepted into any answer: what it finds is
// in proportion to the answer.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"@", "a.b[0]", "data[?x > `1`] | [0].token", "header:X-Id", "split(a, '')", "replace(a, '', 'xx')", "join('-', keys(@))",
		"to_string([to_string([@])])", "[@,@,@,@]", "map(&[@,@], a)", "{x: @, y: @}", "a || b && c", "sort_by(a, &b)", "merge(@, @)", "zip(a, a)",
		strings.Repeat("to_string([", 40) + "@" + strings.Repeat("])", 40),
		"[[@,@],[@,@]] | [[@,@],[@,@]]", "items(@)", "from_items(zip(keys(@), values(@)))", "group_by(a, &b)", "pad_left(a, `9999`)", "*.*.*", "a[][]",
		"[*].a", "to_number(a)", "a[::2]", "a[0:1:-1]", "{a:b}",
	} {
		f.Add(path, `{"a":["<x>","\\",{"b":"c"}],"b":1e9}`)
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		p := Path(path)
		if p.Check() != nil {
			return
		}
		data, err := Decode([]byte(body))
		if err != nil {
			return
		}
		done := time.AfterFunc(10*time.Second, func() { panic("it does not end: " + path) })
		defer done.Stop()
		found := p.Find(nil, data)
		if _, ok := Text(found); !ok {
			return
		}
		if size, most := jsonSize(t, found), largestGrowth*inflation*(jsonSize(t, data)+len(path)); size > most {
			t.Errorf("%q finds %d bytes in an answer of %d", path, size, len(body))
		}
	})
}

func jsonSize(t *testing.T, value any) int {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Skip() // such as an infinite number
	}
	return len(encoded)
}
