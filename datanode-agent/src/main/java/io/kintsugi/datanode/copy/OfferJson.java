package io.kintsugi.datanode.copy;

import io.kintsugi.common.wire.Fields;
import io.kintsugi.datanode.replica.EntryId;
import io.kintsugi.datanode.store.ConfigCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link CopyRoutes} and {@link HttpSource} say to each other. */
final class OfferJson {
    private OfferJson() {}

    static JsonObject of(Offer offer) {
        JsonArray files = new JsonArray();
        for (Offer.File file : offer.files()) {
            JsonObject one = new JsonObject().put("name", file.name()).put("size", file.size());
            if (file.content() != null) {
                one.put("content", file.content()).put("crc32c", file.crc32c());
            }
            files.add(one);
        }
        return new JsonObject()
                .put("id", offer.id())
                .put("epoch", offer.last().epoch())
                .put("index", offer.last().index())
                .put("config", ConfigCodec.of(offer.config()).toBytes())
                .put("files", files);
    }

    static Offer offer(JsonObject json) {
        List<Offer.File> files = new ArrayList<>();
        JsonArray all = json.getJsonArray("files");
        for (int i = 0; i < all.size(); i++) {
            JsonObject file = all.getJsonObject(i);
            files.add(new Offer.File(
                    file.getString("name"),
                    file.getLong("size"),
                    file.getBinary("content"),
                    file.getInteger("crc32c", 0)));
        }
        return new Offer(
                json.getString("id"),
                new EntryId(json.getLong("epoch"), json.getLong("index")),
                ConfigCodec.read(Fields.parse(json.getBinary("config"))),
                files);
    }

    static JsonObject of(Map<String, Integer> checksums) {
        JsonObject crc32c = new JsonObject();
        checksums.forEach(crc32c::put);
        return new JsonObject().put("crc32c", crc32c);
    }

    static Map<String, Integer> checksums(JsonObject json) {
        Map<String, Integer> checksums = new HashMap<>();
        JsonObject crc32c = json.getJsonObject("crc32c");
        crc32c.fieldNames().forEach(name -> checksums.put(name, crc32c.getInteger(name)));
        return checksums;
    }
}
