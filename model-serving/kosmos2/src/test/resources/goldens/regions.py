"""Makes regions-*.jsonl: what Hugging Face transformers' Kosmos-2 answers to prompts with given boxes.

  python regions.py CHECKPOINT IMAGES NEW_TOKENS < regions-NAME.jsonl > again.jsonl

Made with transformers 5.18 and PyTorch 2.13, in float32. A line has an "image" (a file in IMAGES), "regions" with "box"
and "phrase", null for It, and a "text" that follows them, null for is. The processor puts the boxes behind the phrases
and makes the ids: all boxes of equal phrases behind the first of them.
"""
import glob, json, os, sys, warnings
warnings.filterwarnings("ignore")
import torch
from PIL import Image, ImageOps
from safetensors import safe_open
from transformers import AutoProcessor, Kosmos2ForConditionalGeneration

checkpoint, folder, new_tokens = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = Kosmos2ForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32).eval()
# Otherwise its attention masks the latent queries causally (transformers#39037).
model.image_to_text_projection.x_attn.is_causal = False
# It zeroes the padding token's row of the embeddings, which is a row of the head, too.
name = "text_model.model.embed_tokens.weight"
for file in glob.glob(os.path.join(checkpoint, "*.safetensors")):
    with safe_open(file, "pt") as weights:
        if name in weights.keys():
            row = model.config.text_config.pad_token_id
            model.text_model.model.embed_tokens.weight.data[row] = weights.get_tensor(name)[row].float()
processor = AutoProcessor.from_pretrained(checkpoint)

with torch.inference_mode():
    for line in sys.stdin:
        case = json.loads(line)
        boxes = {}
        for region in case["regions"]:
            boxes.setdefault(region["phrase"] or "It", []).append(tuple(float(edge) for edge in region["box"]))
        text = "<grounding>" + "".join("<phrase> %s</phrase>" % phrase for phrase in boxes)
        image = ImageOps.exif_transpose(Image.open(os.path.join(folder, case["image"]))).convert("RGB")
        x = processor(text=text + " " + (case["text"] or "is"), images=image, bboxes=list(boxes.values()),
                      return_tensors="pt")
        out = model.generate(**x, max_new_tokens=new_tokens, do_sample=False, num_beams=1, no_repeat_ngram_size=0,
                             return_dict_in_generate=True, output_logits=True)
        ids = x["input_ids"][0].tolist()
        generated = out.sequences[0, len(ids):].tolist()
        probabilities = [round(float(torch.softmax(l[0].float(), -1)[t]), 6) for l, t in zip(out.logits, generated)]
        caption, entities = processor.post_process_generation(
            processor.batch_decode(out.sequences, skip_special_tokens=True)[0])
        print(json.dumps(dict(case, prompt_ids=ids, generated_ids=generated, probabilities=probabilities,
                              caption=caption, entities=entities), ensure_ascii=False), flush=True)
