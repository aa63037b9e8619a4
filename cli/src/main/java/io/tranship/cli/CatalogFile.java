package io.tranship.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/// A catalog file as JSON, which remembers where each field stood, so that every error, also a
/// service's, names the line.
///
/// Scalars are what JSON knows: text, whole and broken numbers, true, false, null. Nothing is sent
/// when any of it is wrong.
final class CatalogFile {

    private static final int DEPTH_MAX = 30;
    private static final int VALUES_MAX = 200_000;

    private final Path path;
    private final Map<String, Mark> places = new HashMap<>();
    private int values;

    private CatalogFile(Path path) {
        this.path = path;
    }

    /// A file and the JSON it means.
    record Read(CatalogFile file, JsonNode json) {}

    static Read read(Path path) {
        var file = new CatalogFile(path);
        return new Read(file, file.parse(text(path)));
    }

    /// `catalog.yaml:12:5`, or only the file's name for a field that does not stand in it: then the
    /// nearest one around it that does.
    String placeOf(String field) {
        for (var around = field; !around.isEmpty(); around = parent(around)) {
            var mark = places.get(around);
            if (mark != null) {
                return at(mark);
            }
        }
        return path.toString();
    }

    private static String parent(String field) {
        var end = Math.max(field.lastIndexOf('.'), field.lastIndexOf('['));
        return end < 0 ? "" : field.substring(0, end);
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException _) {
            throw CliException.wrongUse(
                    "%s does not exist; name the catalog with -f".formatted(path));
        } catch (CharacterCodingException _) {
            throw CliException.wrongUse("%s is not UTF-8 text; save it as UTF-8".formatted(path));
        } catch (IOException e) {
            throw CliException.wrongUse("%s cannot be read: %s".formatted(path, e));
        }
    }

    private JsonNode parse(String text) {
        try {
            var options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            var parser = new ParserImpl(new StreamReader(new StringReader(text)), options);
            var root = new Composer(parser, new JsonScalars(), options).getSingleNode();
            if (!(root instanceof MappingNode mapping)) {
                throw CliException.wrongUse(
                        "%s is no catalog: it begins with none of the sections organization, sources, models, recipients, destinations; nothing was sent"
                                .formatted(path));
            }
            return json(mapping, "", 0);
        } catch (MarkedYAMLException e) {
            throw wrong(
                    e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark(),
                    e.getProblem() == null ? "it cannot be read" : e.getProblem(),
                    "often the indentation, a missing space after ':' or an open quote");
        } catch (YAMLException e) {
            throw CliException.wrongUse(
                    "%s is not YAML: %s; nothing was sent".formatted(path, e.getMessage()));
        }
    }

    private JsonNode json(Node node, String field, int depth) {
        places.putIfAbsent(field, node.getStartMark());
        values++;
        if (depth > DEPTH_MAX || values > VALUES_MAX) {
            throw wrong(
                    node.getStartMark(),
                    "nested deeper than %d or more than %,d values"
                            .formatted(DEPTH_MAX, VALUES_MAX),
                    "an alias (*name) may contain itself");
        }
        return switch (node) {
            case MappingNode mapping -> object(mapping, field, depth);
            case SequenceNode sequence -> {
                var array = Json.MAPPER.createArrayNode();
                for (var item : sequence.getValue()) {
                    array.add(json(item, "%s[%d]".formatted(field, array.size()), depth + 1));
                }
                yield array;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw wrong(node.getStartMark(), "unknown YAML", "write plain YAML");
        };
    }

    private JsonNode object(MappingNode mapping, String field, int depth) {
        var object = Json.object();
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(entry.getKeyNode().getStartMark(), "a name is expected", "quote it");
            }
            var name = key.getValue();
            if (object.has(name)) {
                throw wrong(key.getStartMark(), "'%s' is given twice".formatted(name), "keep one");
            }
            var path = field.isEmpty() ? name : field + "." + name;
            places.put(path, key.getStartMark());
            object.set(name, json(entry.getValueNode(), path, depth + 1));
        }
        return object;
    }

    private static JsonNode scalar(ScalarNode scalar) {
        var nodes = JsonNodeFactory.instance;
        var text = scalar.getValue();
        return switch (JsonScalars.kindOf(scalar.getTag())) {
            case TEXT -> nodes.textNode(text);
            case NULL -> nodes.nullNode();
            case FLAG -> nodes.booleanNode(Boolean.parseBoolean(text));
            case WHOLE -> nodes.numberNode(new java.math.BigInteger(text));
            case BROKEN -> nodes.numberNode(new java.math.BigDecimal(text));
        };
    }

    private CliException wrong(@Nullable Mark mark, String what, String wayOut) {
        return CliException.wrongUse(
                "%s: %s (%s); nothing was sent"
                        .formatted(mark == null ? path.toString() : at(mark), what, wayOut));
    }

    /// People count from 1.
    private String at(Mark mark) {
        return "%s:%d:%d".formatted(path, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /// YAML's older rules turn `yes` and `2024-01-01` into something else than they say.
    private static final class JsonScalars extends Resolver {

        enum Kind {
            TEXT,
            NULL,
            FLAG,
            WHOLE,
            BROKEN
        }

        static Kind kindOf(org.yaml.snakeyaml.nodes.Tag tag) {
            return switch (tag.getValue()) {
                case "tag:yaml.org,2002:null" -> Kind.NULL;
                case "tag:yaml.org,2002:bool" -> Kind.FLAG;
                case "tag:yaml.org,2002:int" -> Kind.WHOLE;
                case "tag:yaml.org,2002:float" -> Kind.BROKEN;
                default -> Kind.TEXT;
            };
        }

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(org.yaml.snakeyaml.nodes.Tag.BOOL, regex("true|false"), "tf");
            addImplicitResolver(
                    org.yaml.snakeyaml.nodes.Tag.INT,
                    regex("-?(0|[1-9][0-9]{0,17})"),
                    "-0123456789");
            addImplicitResolver(
                    org.yaml.snakeyaml.nodes.Tag.FLOAT,
                    regex("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,18}"),
                    "-0123456789");
            addImplicitResolver(org.yaml.snakeyaml.nodes.Tag.NULL, regex("~|null|"), "~n\0");
            addImplicitResolver(org.yaml.snakeyaml.nodes.Tag.NULL, regex(""), null);
        }

        private static java.util.regex.Pattern regex(String text) {
            return java.util.regex.Pattern.compile("^(?:" + text + ")$");
        }
    }
}
