package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// Every link within the repository leads to a file, and to a heading in it. The
// pages in docs/ are checked in place of the templates that they are made of.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	tree := os.DirFS("../..")
	pages := clitest.Must(fs.Glob(tree, "*.md"))(t)
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		more := clitest.Must(fs.Glob(tree, pattern))(t)
		pages = append(pages, more...)
	}
	if len(pages) < 20 {
		t.Errorf("only %d pages were found", len(pages))
	}
	for _, page := range pages {
		text := clitest.Must(fs.ReadFile(tree, page))(t)
		for _, match := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(string(text), -1) {
			if err := follow(tree, page, match[1]); err != nil {
				t.Errorf("%s: %v", page, err)
			}
			if isLostOnTheFirstPage(page, match[1]) {
				t.Errorf("%s: the link %s must begin with %s", page, match[1], registry)
			}
		}
	}
}

// isLostOnTheFirstPage reports whether a relative link is one of docs/index.md or leads
// there. The registry shows that page without a slash at the end of its address, so
// that a link within it begins one level above.
func isLostOnTheFirstPage(page, link string) bool {
	isRelative := !strings.HasPrefix(link, "#") && !strings.Contains(link, "://")
	return isRelative && page == "docs/index.md" || strings.HasPrefix(link, "../index.md")
}

// BrokenLinkError is a link that leads nowhere.
type BrokenLinkError struct{ Link, Missing string }

func (e BrokenLinkError) Error() string {
	return fmt.Sprintf("the link %s leads nowhere: there is no %s", e.Link, e.Missing)
}

// registry is where the pages in docs/ are shown.
const registry = "https://registry.terraform.io/providers/apitoken/apitoken/latest/docs"

func follow(tree fs.FS, page, link string) error {
	file, heading, _ := strings.Cut(link, "#")
	if name, ok := strings.CutPrefix(file, registry); ok {
		page, file = "docs/index.md", ""
		if name != "" {
			file = strings.TrimPrefix(name, "/") + ".md"
		}
	}
	if strings.Contains(file, "://") {
		return nil // another's
	}
	target := page
	if file != "" {
		target = path.Join(path.Dir(page), file)
	}
	if heading == "" {
		if _, err := fs.Stat(tree, target); err != nil {
			return BrokenLinkError{link, target}
		}
		return nil
	}
	text, err := fs.ReadFile(tree, target)
	if err != nil {
		return BrokenLinkError{link, target}
	}
	if !anchors(string(text))[heading] {
		return BrokenLinkError{link, "heading " + heading}
	}
	return nil
}

// anchors are the names of a page's headings, as the registry and GitHub make
// them, and those that are set in HTML.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(match[1]), "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	for _, match := range regexp.MustCompile(`<a id="([^"]*)">`).FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}

func TestFollow(t *testing.T) {
	t.Parallel()
	tree := os.DirFS("../..")
	for link, leads := range map[string]bool{
		"guides/oauth2.md": true, "guides/oauth2.md#basic-form-or-raw": true, "#nestedatt--custom": true, "https://example.com": true,
		registry: true, registry + "#credentials": true, registry + "/guides/oauth2#basic-form-or-raw": true, registry + "/data-sources/epgl": true,
		registry + "#not-there": false, registry + "/guides/none": false, registry + "/guides/oauth2.md": false, registry + "/guides/oauth2#not-there": false,
		"guides/none.md": false, "guides/oauth2.md#not-there": false, "#not-there": false, "guides/none.md#a": false,
	} {
		if err := follow(tree, "docs/index.md", link); (err == nil) != leads {
			t.Errorf("%s: %v", link, err)
		}
	}
}
